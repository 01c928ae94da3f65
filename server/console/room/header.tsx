import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Badge, Button, Icon, Time, useSubmit } from '../ui/index.ts'
import { useRoom } from './context.ts'
import { sayAdmins, sayRetention } from './keeping/say.ts'
import { SoundButton } from './sound/button.tsx'
import { RECORDED } from './sound/settings.tsx'
import { JoinButton } from './talk/composer.tsx'

/** The room's name and state, and how one is in it. */
export function RoomHeader() {
  const { store } = useRoom()
  const state = store.state.value
  const mode = store.mode.value
  return (
    <header class="room-head">
      <div class="room-title">
        <h1>
          <bdi>{store.name}</bdi>
        </h1>
        <State />
        <Notices />
        {state !== undefined && (
          <span class="soft small facts">
            <span>
              <Icon name="people" size={15} /> {state.participants.length}
            </span>
            <span>
              since <Time at={state.openedAt} />
            </span>
          </span>
        )}
      </div>
      {mode === 'live' && <AgentStrip />}
      {(mode === 'live' || mode === 'record') && <Presence />}
    </header>
  )
}

function State() {
  const { store } = useRoom()
  if (store.mode.value === 'loading') return <Badge>opening …</Badge>
  if (store.mode.value === 'record') return <Badge>closed</Badge>
  if (store.mode.value === 'refused') return null
  if (store.behind.value)
    return (
      <Badge tone="warn" dot>
        catching up …
      </Badge>
    )
  if (store.state.value?.degraded)
    return (
      <Badge tone="warn" dot>
        live, not saved yet
      </Badge>
    )
  return (
    <Badge tone="good" dot>
      live
    </Badge>
  )
}

/** Says to everyone what is kept and who else reads it, and that words are late. */
function Notices() {
  const { store } = useRoom()
  const settings = store.view.value?.settings
  const { record = 'off', retention_days: days = null, admins_may_read: admins } = settings ?? {}
  const behind = Math.round((store.state.value?.transcriptBehindMs ?? 0) / 1000)
  const live = store.mode.value === 'live'
  return (
    <span role="status" class="notices">
      {live && record !== 'off' && (
        <Badge tone="bad" dot>
          <span title={RECORDED[record]}>recorded</span>
          <span class="sr-only">: {RECORDED[record]}</span>
        </Badge>
      )}
      {settings && days !== null && (
        <Badge>
          <span title={sayRetention(settings)}>kept {days === 1 ? 'a day' : `${days} days`}</span>
          <span class="sr-only">: {sayRetention(settings)}</span>
        </Badge>
      )}
      {settings && admins && (
        <Badge tone="warn">
          <span title={sayAdmins(settings)}>admins read</span>
          <span class="sr-only">: {sayAdmins(settings)}</span>
        </Badge>
      )}
      {live && behind > 0 && (
        <Badge tone="warn">
          {/* it counts on: read out each second, nothing else would be heard */}
          <span aria-hidden="true">
            Words are {behind} {behind === 1 ? 'second' : 'seconds'} behind
          </span>
          <span class="sr-only">Words come late</span>
        </Badge>
      )}
    </span>
  )
}

/** What the agents do at this moment, for who glances. */
function AgentStrip() {
  const { store } = useRoom()
  const { agents = [], listening = false } = store.state.value ?? {}
  const busy = agents.filter(({ state }) => state === 'thinking' || state === 'speaking')
  const first = busy[0]
  const text =
    first !== undefined
      ? `${first.name} is ${first.state} …`
      : listening
        ? 'Aura is listening'
        : 'No agent listens'
  return (
    <span class={`agent-strip${first === undefined ? '' : ' is-busy'}`}>
      <Icon name="bolt" size={15} />
      {text}
    </span>
  )
}

function Presence() {
  const { session, toasts } = useApp()
  const { store } = useRoom()
  const { busy, run } = useSubmit((error) => {
    wanted.value = undefined
    toasts.error(error)
  })
  /** What was asked for, until the hub has said whether it is so. */
  const wanted = useSignal<boolean | undefined>(undefined)
  const me = store.state.value?.participants.find(({ id }) => id === session.user.value?.id)
  const optedOut = me?.opted_out ?? false
  // the log may tell it a moment after the ack
  useEffect(() => {
    wanted.value = undefined
  }, [optedOut])
  if (!store.joined.value)
    return (
      <span class="presence">
        {store.mode.value === 'live' && <span class="soft small">watching</span>}
        {store.mode.value === 'live' ? (
          <>
            <JoinButton />
            <SoundButton />
          </>
        ) : (
          <Reopen />
        )}
      </span>
    )
  return (
    <span class="presence">
      <label class="inline small">
        <input
          type="checkbox"
          checked={wanted.value ?? !optedOut}
          disabled={busy.value}
          onChange={(event) => {
            const on = event.currentTarget.checked
            wanted.value = on
            void run(async () => store.room().setTranscription(on))
          }}
        />
        transcribe me
      </label>
      <SoundButton />
      <Button icon="exit" busy={busy.value} onClick={() => void run(store.leave)}>
        Leave
      </Button>
    </span>
  )
}

function Reopen() {
  const { confirm, toasts } = useApp()
  const { store } = useRoom()
  const reopen = async () => {
    const yes = await confirm.ask({
      title: 'Open the room again?',
      text: 'You join it, and it goes on where it ended. Its record stays.',
      action: 'Open again',
    })
    if (yes) await store.join().catch(toasts.error)
  }
  return (
    <Button icon="open" onClick={() => void reopen()}>
      Open again
    </Button>
  )
}
