import type { AgentState, AgentView } from '#protocol'
import { emit, type RoomCore } from './core.ts'
import { tellPresent } from './privacy/consents.ts'
import type { RoomAgent } from './types.ts'

/** The agents that a room shows, and what each is doing. */
export function createRoomAgents(core: RoomCore) {
  const agents = new Map<string, AgentView>()

  return {
    views: () => [...agents.values()],
    has: (id: string) => agents.has(id),
    nameOf: (id: string) => agents.get(id)?.name,
    set(list: RoomAgent[]) {
      const before = new Map(agents)
      agents.clear()
      for (const agent of list)
        agents.set(agent.id, { ...agent, state: before.get(agent.id)?.state ?? 'listening' })
      if (before.size === 0 && agents.size > 0) tellPresent(core)
    },
    setState(agentId: string, state: AgentState) {
      const agent = agents.get(agentId)
      if (!agent || agent.state === state) return
      agent.state = state
      emit(core, {
        type: 'agent.state',
        actor: { id: agent.id, name: agent.name, kind: 'agent' },
        data: { agent: agent.id, state },
      })
    },
  }
}
