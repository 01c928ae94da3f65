import { batch, signal } from '@preact/signals'
import type { DisconnectReason, Participant, Room } from 'livekit-client'
import { participantOf } from './identity.ts'
import { sayProblem } from './problems.ts'
import type { SoundDeps } from './start.ts'
import { LEVELS_EVERY_MS, levelOf, type Sound, type SoundState } from './types.ts'

type LiveKit = typeof import('livekit-client')

/** `TrackSource` of LiveKit's protocol, which its client does not export. */
const MICROPHONE = 2
const AWAY =
  'LiveKit cannot be reached from this browser. Check the network and try again; if it stays so, tell who runs the hub.'

/** Sound of a LiveKit room: everybody hears each other and the agents. LiveKit's client is fetched for it. */
export function createLiveKitSound({ store, rest, me }: SoundDeps): Sound {
  const state = signal<SoundState>({ phase: 'starting', microphone: 'none' })
  const levels = signal<ReadonlyMap<string, number>>(new Map())
  const voice = signal(0)
  const agentsHear = signal(false)
  const silentUntilClick = signal(false)
  let room: Room | undefined
  const off: (() => void)[] = []
  let attempt = 0

  const change = (part: Partial<SoundState>) => {
    const { problem: _, ...rest } = state.peek()
    state.value = { ...rest, ...part }
  }

  function release() {
    attempt += 1
    for (const one of off.splice(0)) one()
    const left = room
    room = undefined
    left?.removeAllListeners()
    void left?.disconnect()
    batch(() => {
      levels.value = new Map()
      voice.value = 0
      agentsHear.value = false
      silentUntilClick.value = false
    })
  }

  function over(problem: string) {
    release()
    state.value = { phase: 'over', microphone: 'none', problem }
  }

  async function start() {
    release()
    const mine = attempt
    state.value = { phase: 'starting', microphone: 'none' }
    try {
      const livekit = await import('livekit-client')
      const path = `${store.path}/livekit-token`
      const { url, token } = await rest<{ url: string; token: string }>(path, { method: 'POST' })
      if (mine !== attempt) return
      livekit.setLogLevel(livekit.LogLevel.silent)
      const joining = new livekit.Room()
      room = joining
      follow(livekit, joining)
      await joining.connect(url, token).catch(() => {
        throw new Error(AWAY)
      })
      if (mine !== attempt) return void joining.disconnect()
      look(livekit, joining)
      change({ phase: 'on' })
      await openMicrophone(joining)
      // as a participant one is not told so by the socket alone: chat and captions are open, too
      if (mine === attempt && !store.joined.peek()) await store.join()
    } catch (error) {
      if (mine === attempt) over(sayProblem(error))
    }
  }

  async function openMicrophone(joined: Room) {
    if (!mayPublish(joined.localParticipant)) return change({ microphone: 'taken' })
    try {
      await joined.localParticipant.setMicrophoneEnabled(true, {
        ...{ echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      })
      if (room === joined) change({ microphone: 'on' })
    } catch (error) {
      if (room === joined) change({ microphone: 'none', problem: sayProblem(error) })
    }
  }

  function follow(livekit: LiveKit, joined: Room) {
    const { RoomEvent, Track, ParticipantKind } = livekit
    const elements = new Map<string, HTMLMediaElement>()
    const renew = () => look(livekit, joined)
    joined
      .on(RoomEvent.TrackSubscribed, (track) => {
        if (track.kind === Track.Kind.Audio && track.sid !== undefined)
          elements.set(track.sid, track.attach())
      })
      .on(RoomEvent.TrackUnsubscribed, (track) => {
        for (const element of track.detach()) element.remove()
        if (track.sid !== undefined) elements.delete(track.sid)
      })
      .on(RoomEvent.ParticipantConnected, renew)
      .on(RoomEvent.ParticipantDisconnected, renew)
      .on(RoomEvent.AudioPlaybackStatusChanged, renew)
      .on(RoomEvent.Reconnecting, () => change({ phase: 'cut' }))
      .on(RoomEvent.Reconnected, () => change({ phase: 'on' }))
      .on(RoomEvent.Disconnected, (reason) => over(sayEnd(livekit, reason)))
      .on(RoomEvent.LocalTrackUnpublished, () => {
        if (!mayPublish(joined.localParticipant)) change({ microphone: 'taken' })
      })
      .on(RoomEvent.ParticipantPermissionsChanged, (_, participant) => {
        if (participant !== joined.localParticipant) return
        const before = state.peek().microphone
        if (!mayPublish(participant)) change({ microphone: 'taken' })
        // what was taken does not come back by itself: the person opens it again
        else if (before === 'taken') change({ microphone: 'given' })
      })
    const timer = setInterval(() => {
      const loud = new Map<string, number>()
      let agent = 0
      const people: Participant[] = [joined.localParticipant, ...joined.remoteParticipants.values()]
      for (const one of people) {
        const level = levelOf(one.audioLevel)
        if (one.kind === ParticipantKind.AGENT) agent = Math.max(agent, level)
        else if (level > 0)
          loud.set(
            one === joined.localParticipant && me !== undefined
              ? me
              : participantOf(store.name, one.identity),
            level,
          )
      }
      batch(() => {
        if (loud.size > 0 || levels.peek().size > 0) levels.value = loud
        voice.value = agent
      })
    }, LEVELS_EVERY_MS)
    off.push(() => {
      clearInterval(timer)
      for (const element of elements.values()) element.remove()
    })
  }

  function look({ ParticipantKind }: LiveKit, joined: Room) {
    agentsHear.value = [...joined.remoteParticipants.values()].some(
      ({ kind }) => kind === ParticipantKind.AGENT,
    )
    silentUntilClick.value = !joined.canPlaybackAudio
  }

  return {
    ...{ state, levels, voice, agentsHear, silentUntilClick, start },
    mute: async (on) => {
      await room?.localParticipant.setMicrophoneEnabled(!on)
      change({ microphone: on ? 'muted' : 'on' })
    },
    reopen: async () => {
      if (room === undefined) return start()
      await openMicrophone(room)
    },
    play: async () => room?.startAudio(),
    stop: release,
  }
}

/** Whether one may publish a microphone. No list of sources means all of them. */
function mayPublish({ permissions }: Participant): boolean {
  if (permissions === undefined) return true
  const { canPublish, canPublishSources: sources } = permissions
  return canPublish && (sources.length === 0 || sources.includes(MICROPHONE))
}

function sayEnd({ DisconnectReason: Why }: LiveKit, reason: DisconnectReason | undefined): string {
  switch (reason) {
    case Why.PARTICIPANT_REMOVED:
      return 'You were removed from the call.'
    case Why.DUPLICATE_IDENTITY:
      return 'You have joined the call from another page: it goes on there.'
    case Why.ROOM_DELETED:
    case Why.ROOM_CLOSED:
      return 'The call has ended.'
    default:
      return 'The connection to LiveKit was lost. Join again.'
  }
}
