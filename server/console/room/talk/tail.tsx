import { useRef } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Badge, Button } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { Message, OnlyFor } from './entry-row.tsx'

/** What is being said at this moment, and what is said but not yet kept. */
export function Tail() {
  const { store } = useRoom()
  const state = store.state.value
  if (state === undefined || store.mode.value !== 'live') return null
  const speaking = state.talkback.filter(({ done }) => !done)
  if (state.partials.length + speaking.length + state.pending.length === 0) return null
  return (
    <ol class="tail" aria-label="Right now">
      {state.pending.map((event) => (
        <li key={event.id} class="entry turn is-pending">
          <Message
            id={event.actor.id}
            name={event.actor.name}
            badges={
              <Badge tone="warn" dot>
                not saved yet
              </Badge>
            }
          >
            <p class="words" dir="auto">
              {'text' in event.data ? event.data.text : event.type}
            </p>
          </Message>
        </li>
      ))}
      {state.partials.map(({ speaker, segment, text }) => (
        <li key={`${speaker.id} ${segment}`} class="entry turn is-partial">
          <Message id={speaker.id} name={speaker.name} badges={<Speaking />}>
            <p class="words" dir="auto">
              {text}
            </p>
          </Message>
        </li>
      ))}
      {speaking.map(({ run, agent, name, text, to }) => (
        <li key={run} class="entry said is-partial">
          <Message
            id={agent}
            name={name}
            isAgent
            badges={
              <>
                <Speaking />
                <OnlyFor to={to} />
              </>
            }
          >
            <p class="words" dir="auto">
              {text}
              <span class="caret" aria-hidden="true" />
            </p>
            {run !== undefined && <Interrupt run={run} />}
          </Message>
        </li>
      ))}
    </ol>
  )
}

function Speaking() {
  return (
    <span class="speaking">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="sr-only">is speaking</span>
    </span>
  )
}

function Interrupt({ run }: { run: string }) {
  const { toasts } = useApp()
  const { store } = useRoom()
  const asked = useRef(false)
  return (
    <Button
      size="small"
      icon="stop"
      onClick={() => {
        if (asked.current) return
        asked.current = true
        store
          .room()
          .interrupt(run)
          .catch((error: unknown) => {
            asked.current = false
            toasts.error(error)
          })
      }}
    >
      Interrupt
    </Button>
  )
}
