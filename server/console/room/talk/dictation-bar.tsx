import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Button, ErrorNote, Icon } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { browserRecognition, createDictation, type DictationState } from '../dictation.ts'

export interface DictationControl {
  available: boolean
  state: ReadonlySignal<DictationState>
  start: () => void
  stop: () => void
}

/** The browser's own speech recognition as captions in the room, where there is one. */
export function useDictation(): DictationControl {
  const { toasts } = useApp()
  const { store } = useRoom()
  const state = useSignal<DictationState>({ on: false })
  const recognition = useMemo(() => browserRecognition(window), [])
  const dictation = useMemo(
    () =>
      recognition &&
      createDictation({
        recognition,
        lang: navigator.language,
        push: (segment, text, final) => {
          if (!store.joined.peek()) return
          const pushed = store.room().caption(text, { segment, final })
          // a partial is replaced by the next one; a final that is lost must be told
          pushed.catch((error: unknown) => final && toasts.error(error))
        },
        changed: (next) => {
          state.value = next
        },
        newId: () => `speech-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`,
        after: (ms, run) => {
          const timer = setTimeout(run, ms)
          return () => clearTimeout(timer)
        },
      }),
    [recognition, store],
  )
  const joined = store.joined.value
  useEffect(() => {
    if (!joined) dictation?.stop()
  }, [joined, dictation])
  useEffect(() => () => dictation?.stop(), [dictation])
  return {
    available: dictation !== undefined,
    state,
    start: () => dictation?.start(),
    stop: () => dictation?.stop(),
  }
}

/** Says whether the microphone is on, and what is heard. */
export function DictationBar({ dictation }: { dictation: DictationControl }) {
  const now = dictation.state.value
  if (!now.on) return <ErrorNote error={now.problem} retry={dictation.start} />
  return (
    <div class="dictation">
      <span class="mic-on">
        <Icon name="mic" />
      </span>
      <span class="dictation-text">
        <span role="status">
          {now.hearing === 'starting' ? 'Starting the microphone …' : 'Your browser is listening'}
        </span>
        <bdi class="soft">
          {now.text === '' ? 'Speak; your words appear as captions.' : now.text}
        </bdi>
      </span>
      <Button size="small" icon="stop" onClick={dictation.stop}>
        Stop
      </Button>
    </div>
  )
}
