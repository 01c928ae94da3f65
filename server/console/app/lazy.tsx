import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { ErrorNote, Spinner } from '../ui/index.ts'

/** A part of the page that is fetched when it is shown first. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let known: ComponentType<Props> | undefined
  return function Lazy(props: Props) {
    const loaded = useSignal(known !== undefined)
    const problem = useSignal<unknown>(undefined)
    const fetchPart = () => {
      problem.value = undefined
      load().then(
        (part) => {
          known = part
          loaded.value = true
        },
        () => {
          problem.value =
            'A part of the page could not be fetched. Check the network, or load the page again.'
        },
      )
    }
    useEffect(() => {
      if (known === undefined) fetchPart()
    }, [])
    if (problem.value !== undefined) return <ErrorNote error={problem.value} retry={fetchPart} />
    const Part = loaded.value ? known : undefined
    return Part === undefined ? <Spinner label="Fetching …" /> : <Part {...props} />
  }
}
