import type { Room as RtcRoom } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import type { Room } from '#rooms'

/** From the least to the most that an agent may be doing: of several, the most is shown. */
const STATES = ['idle', 'listening', 'thinking', 'speaking'] as const
/** The identities, as a JSON list, of those whose words are not transcribed. */
const OPTED_OUT = 'aura.opted_out'

/** Shows in LiveKit what the agents do, and who is not transcribed, by attributes of their participant. */
export function createState(deps: {
  connected: RtcRoom
  room: Room
  log: Logger
  /** Identities. */
  optedOut(): string[]
}) {
  const { connected, room, log } = deps
  let shown = ''
  let showing = false
  let closed = false

  function wanted(): Record<string, string> {
    const agents = room.agents()
    const state = STATES[Math.max(0, ...agents.map((agent) => STATES.indexOf(agent.state)))]
    return {
      // until the agents are bound to the room there are none
      'lk.agent.state': agents.length === 0 ? 'initializing' : (state ?? 'idle'),
      'lk.agent.name': nameOfAgents(room),
      [OPTED_OUT]: JSON.stringify(deps.optedOut().sort()),
    }
  }

  async function show(): Promise<void> {
    if (showing || closed) return
    showing = true
    try {
      for (let next = wanted(); JSON.stringify(next) !== shown && !closed; next = wanted()) {
        const { localParticipant } = connected
        const name = next['lk.agent.name'] ?? ''
        if (localParticipant && localParticipant.name !== name)
          await localParticipant.updateName(name)
        await localParticipant?.setAttributes(next)
        shown = JSON.stringify(next)
      }
    } catch (err) {
      if (!closed) log.warn({ err }, 'LiveKit does not show what the agents do')
    } finally {
      showing = false
    }
  }

  return {
    /** Something of it changed. */
    refresh: () => void show(),
    close() {
      closed = true
    },
  }
}

/** The agents are one participant: it is called as the one that answers. */
export function nameOfAgents(room: Room): string {
  return room.agents().find(({ workflow }) => workflow === 'qa')?.name ?? 'Aura'
}
