import type { AgentState } from '#protocol'
import type { Room } from '#rooms'

type Busy = 'thinking' | 'speaking'

/** What each agent of a room is doing, from all that it does at once. */
export function createStates(room: Pick<Room, 'setAgentState' | 'agents' | 'participants'>) {
  const busy = new Map<string, { thinking: number; speaking: number }>()

  function stateOf(agentId: string, present: boolean): AgentState {
    const doing = busy.get(agentId)
    if (doing && doing.speaking > 0) return 'speaking'
    if (doing && doing.thinking > 0) return 'thinking'
    return present ? 'listening' : 'idle'
  }

  const anyone = () => room.participants().some((p) => p.kind === 'person')

  return {
    /** Marks an agent as busy; returns what ends it. */
    begin(agentId: string, what: Busy): () => void {
      const doing = busy.get(agentId) ?? { thinking: 0, speaking: 0 }
      busy.set(agentId, doing)
      doing[what]++
      room.setAgentState(agentId, stateOf(agentId, true))
      let over = false
      return () => {
        if (over) return
        over = true
        doing[what]--
        room.setAgentState(agentId, stateOf(agentId, anyone()))
      }
    },
    /** People came or went. */
    refresh() {
      const present = anyone()
      for (const { id } of room.agents()) room.setAgentState(id, stateOf(id, present))
    },
  }
}

export type States = ReturnType<typeof createStates>
