import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { SampleView } from '#protocol'
import { useApp } from '../app/context.ts'
import { Button, useSubmit } from '../ui/index.ts'

const SPEEDS = [
  [1, 'as people speak (10 min)'],
  [2, 'twice as fast (5 min)'],
  [5, 'five times as fast (2 min)'],
] as const

/** Has the hub play its sample meeting into a new room, and goes there to watch. */
export function PlaySample({ prominent = false }: { prominent?: boolean }) {
  const { session, router, toasts } = useApp()
  const speed = useSignal(5)
  const { busy, run } = useSubmit(toasts.error)
  const id = useId()

  const play = async () => {
    const body = { speed: speed.value }
    const { room } = await session.rest<SampleView>('/sample', { method: 'POST', body })
    router.go({ page: 'room', name: room })
  }

  return (
    <div class="sample">
      <Button
        kind={prominent ? 'primary' : 'plain'}
        icon="play"
        busy={busy.value}
        onClick={() => void run(play)}
      >
        Play the sample meeting
      </Button>
      <label class="sr-only" for={id}>
        Speed of the sample meeting
      </label>
      <select
        id={id}
        value={String(speed.value)}
        onChange={(event) => {
          speed.value = Number(event.currentTarget.value)
        }}
      >
        {SPEEDS.map(([factor, words]) => (
          <option key={factor} value={factor}>
            {prominent ? words : `${factor}×`}
          </option>
        ))}
      </select>
    </div>
  )
}
