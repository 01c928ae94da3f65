import { useSignal } from '@preact/signals'
import type { ComponentType, JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { ErrorNote, Spinner } from './parts.tsx'

/** A component whose script is fetched when it is first shown: for what not everyone opens. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element {
  return (props) => {
    const loaded = useSignal<{ Component?: ComponentType<Props>; failed?: true }>({})
    const fetch = () => {
      load().then(
        (Component) => {
          loaded.value = { Component }
        },
        () => {
          loaded.value = { failed: true }
        },
      )
    }
    useEffect(fetch, [])
    const { Component, failed } = loaded.value
    if (Component !== undefined) return <Component {...props} />
    if (failed) return <ErrorNote error="This part could not be fetched." retry={fetch} />
    return <Spinner label="One moment …" />
  }
}
