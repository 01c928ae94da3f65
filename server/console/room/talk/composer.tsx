import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { ParticipantView } from '#protocol'
import { useApp } from '../../app/context.ts'
import { Button, ErrorNote, type IconName, Time, useNow, useSubmit } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { muteOf } from '../model/tell.ts'
import { DictationBar, useDictation } from './dictation-bar.tsx'

type Way = 'say' | 'chat' | 'ask'

const WAYS: Record<Way, { label: string; icon: IconName; hint: string }> = {
  say: { label: 'Say', icon: 'rooms', hint: 'What you say goes into the transcript' },
  chat: { label: 'Chat', icon: 'send', hint: 'Write to the room' },
  ask: { label: 'Ask', icon: 'help', hint: 'Ask about anything that was said' },
}

/** Where one speaks, writes and asks. Watching needs none of it; speaking needs one to join first. */
export function Composer() {
  const { session } = useApp()
  const { store, wantsSound } = useRoom()
  const way = useSignal<Way>('ask')
  const to = useSignal('')
  const alone = useSignal(false)
  const { busy, problem, run } = useSubmit()
  const field = useRef<HTMLTextAreaElement>(null)
  const hintId = useId()
  const dictation = useDictation()
  const me = useComputed(() =>
    store.state.value?.participants.find(({ id }) => id === session.user.value?.id),
  )
  const joined = store.joined.value
  useEffect(() => {
    // who has begun with something else goes on with it
    if (joined && way.peek() === 'ask' && !field.current?.value) way.value = 'say'
  }, [joined])
  useEffect(() => {
    // what is said would appear twice
    if (wantsSound.value) dictation.stop()
  }, [wantsSound.value])
  const needsJoin = way.value !== 'ask' && !joined
  const others = (store.state.value?.participants ?? []).filter(
    ({ id, kind }) => kind === 'person' && id !== session.user.value?.id,
  )

  const send = async () => {
    const text = field.current?.value.trim() ?? ''
    if (text === '') return
    await run(async () => {
      const room = store.room()
      if (way.value === 'say') await room.caption(text)
      else if (way.value === 'chat') await room.chat(text, to.value === '' ? {} : { to: to.value })
      else await room.ask(text, { private: alone.value || !store.joined.value })
      // what was typed meanwhile stays
      if (field.current?.value.trim() === text) field.current.value = ''
    })
    field.current?.focus()
  }

  return (
    <form
      class="composer"
      aria-label="Take part"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <DictationBar dictation={dictation} />
      <ErrorNote error={problem.value} />
      <MutedNote me={me.value} />
      <div class="composer-ways">
        <fieldset class="ways">
          <legend class="sr-only">How</legend>
          {(Object.keys(WAYS) as Way[]).map((one) => (
            <label key={one} class={way.value === one ? 'is-on' : ''}>
              <input
                type="radio"
                name="way"
                class="sr-only"
                checked={way.value === one}
                onChange={() => {
                  way.value = one
                  problem.value = undefined
                }}
              />
              {WAYS[one].label}
            </label>
          ))}
        </fieldset>
        {way.value === 'chat' && (
          <label class="inline">
            to
            <select
              aria-label="Send to"
              value={to.value}
              onChange={(event) => (to.value = event.currentTarget.value)}
            >
              <option value="">everyone</option>
              {others.map(({ id, name }) => (
                <option key={id} value={id}>
                  only {name}
                </option>
              ))}
            </select>
          </label>
        )}
        {way.value === 'ask' && (
          <label class="inline">
            <input
              type="checkbox"
              checked={alone.value || !joined}
              disabled={!joined}
              onChange={(event) => (alone.value = event.currentTarget.checked)}
            />
            only I see the answer{joined ? '' : ', as I only watch'}
          </label>
        )}
        {joined && !wantsSound.value && dictation.available && !dictation.state.value.on && (
          <Button size="small" onClick={dictation.start}>
            Dictate
          </Button>
        )}
      </div>
      {needsJoin ? (
        <JoinFirst what={way.value === 'say' ? 'speak' : 'chat'} />
      ) : (
        <div class="composer-line">
          <textarea
            ref={field}
            rows={1}
            aria-label={WAYS[way.value].hint}
            aria-describedby={hintId}
            placeholder={way.value === 'say' ? 'Say something' : WAYS[way.value].hint}
            maxLength={8_000}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
              event.preventDefault()
              void send()
            }}
          />
          <span id={hintId} class="sr-only">
            Enter sends, Shift and Enter begins a new line.
          </span>
          <Button kind="primary" type="submit" icon="send" busy={busy.value}>
            {way.value === 'ask' ? 'Ask' : 'Send'}
          </Button>
        </div>
      )}
    </form>
  )
}

function JoinFirst({ what }: { what: string }) {
  return (
    <p class="join-first">
      <span>You are watching, and nobody sees you. Join to {what}.</span>
      <JoinButton kind="primary" />
    </p>
  )
}

/** Enters the room as a participant, and says why when it can't. */
export function JoinButton({ kind = 'plain' }: { kind?: 'primary' | 'plain' }) {
  const { toasts } = useApp()
  const { store } = useRoom()
  const { busy, run } = useSubmit(toasts.error)
  return (
    <Button kind={kind} icon="plus" busy={busy.value} onClick={() => void run(store.join)}>
      Join
    </Button>
  )
}

function MutedNote({ me }: { me: ParticipantView | undefined }) {
  const until = muteOf(me, useNow(1_000))
  if (until === undefined) return null
  return (
    <p class="muted-note" role="status">
      A moderator muted you
      {until === null ? (
        ' until they undo it'
      ) : (
        <>
          {' until '}
          <Time at={until} />
        </>
      )}
      . You can read on, and ask in private.
    </p>
  )
}
