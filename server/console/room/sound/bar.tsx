import { useComputed } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Button, ErrorNote, Icon, useNow, useSubmit } from '../../ui/index.ts'
import { Level } from '../../ui/level.tsx'
import { useRoom } from '../context.ts'
import { muteOf } from '../model/tell.ts'
import { sayOwn } from './say.ts'
import { createSound } from './start.ts'
import type { Sound } from './types.ts'

/** One's own microphone, and whom one hears. It is there for as long as one takes part with sound. */
export function SoundBar() {
  const { session } = useApp()
  const { store, sound, wantsSound } = useRoom()
  const me = session.user.peek()?.id
  const media = useMemo(() => store.media.peek(), [store])
  const mine = useMemo(() => createSound({ store, rest: session.rest, me }), [store])
  useEffect(() => {
    sound.value = mine
    void mine.start()
    return () => {
      sound.value = undefined
      mine.stop()
    }
  }, [mine])
  useEndWithRoom()
  const state = mine.state.value
  const close = () => {
    wantsSound.value = false
  }
  if (state.phase === 'over')
    return (
      <section class="sound-bar is-none" aria-label="Sound">
        <ErrorNote error={state.problem} retry={() => void mine.start()} />
        <Button size="small" icon="close" onClick={close}>
          Go on without sound
        </Button>
      </section>
    )
  return (
    <section class={`sound-bar is-${state.microphone}`} aria-label="Sound">
      <Own {...{ mine, me, isCall: media === 'livekit' }} />
      {state.problem !== undefined && (
        <ErrorNote error={state.problem} retry={() => void mine.reopen()} />
      )}
      <Voices mine={mine} me={me} />
      <Button size="small" icon="exit" onClick={close}>
        {media === 'livekit' ? 'Leave the call' : 'Close the microphone'}
      </Button>
    </section>
  )
}

function Own({ mine, me, isCall }: { mine: Sound; me: string | undefined; isCall: boolean }) {
  const { toasts } = useApp()
  const { store } = useRoom()
  const state = mine.state.value
  const now = useNow(1_000)
  const level = useComputed(() => mine.levels.value.get(me ?? '') ?? 0)
  const { busy, run } = useSubmit(toasts.error)
  const self = store.state.value?.participants.find(({ id }) => id === me)
  const silenced = {
    muted: muteOf(self, now) !== undefined,
    optedOut: self?.opted_out ?? false,
  }
  const late = (store.state.value?.transcriptBehindMs ?? 0) > 0
  const { what, more } = sayOwn(state, silenced, { isCall, late })
  const isOpen = state.microphone === 'on' || state.microphone === 'muted'
  return (
    <div class="sound-own">
      <Icon name={state.microphone === 'on' ? 'mic' : 'mute'} />
      <span role="status">
        {what}
        {more !== undefined && <span class="sound-more"> {more}</span>}
      </span>
      {state.microphone === 'on' && <Level of={level} label="Your level" />}
      {isOpen && (
        <Button
          size="small"
          busy={busy.value}
          pressed={state.microphone === 'muted'}
          onClick={() => void run(() => mine.mute(state.microphone === 'on'))}
        >
          Mute
        </Button>
      )}
      {state.microphone === 'given' && (
        <Button
          kind="primary"
          size="small"
          icon="mic"
          onClick={() => void run(() => mine.reopen())}
        >
          Open the microphone again
        </Button>
      )}
    </div>
  )
}

/** Whom one hears: the agents, and who speaks. */
function Voices({ mine, me }: { mine: Sound; me: string | undefined }) {
  const { session, toasts } = useApp()
  const { store } = useRoom()
  const { agents = [], speaking = [] } = store.state.value ?? {}
  const talking = agents.find(({ state }) => state === 'speaking')
  const { busy, run } = useSubmit(toasts.error)
  const others = speaking.filter((id) => id !== me).map(store.nameOf)
  const dispatch = `${store.path}/dispatch`
  return (
    <div class="sound-others">
      {mine.silentUntilClick.value && (
        <Button kind="primary" size="small" icon="play" onClick={() => void mine.play()}>
          Play the sound
        </Button>
      )}
      {mine.agentsHear.value ? (
        <span class="sound-voice">
          <Icon name="bolt" size={15} />
          {talking === undefined ? 'Agents' : talking.name}
          <Level of={mine.voice} label="Agents’ voice" />
        </span>
      ) : (
        mine.state.value.phase === 'on' && (
          <span class="soft">
            No agent is in the call.{' '}
            {store.mayModerate.value && (
              <Button
                size="small"
                busy={busy.value}
                onClick={() => void run(() => session.rest(dispatch, { method: 'POST' }))}
              >
                Send the agents in
              </Button>
            )}
          </span>
        )
      )}
      {others.length > 0 && (
        <span class="soft sound-speaking">
          <bdi>{others.slice(0, 3).join(', ')}</bdi> {others.length === 1 ? 'speaks' : 'speak'}
        </span>
      )}
    </div>
  )
}

/** Who leaves the room leaves with their microphone. */
function useEndWithRoom() {
  const { store, wantsSound } = useRoom()
  const joined = store.joined.value
  const before = useRef(joined)
  useEffect(() => {
    if (before.current && !joined) wantsSound.value = false
    before.current = joined
  }, [joined])
}
