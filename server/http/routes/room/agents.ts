import { AgentConfig, HubError, PutAgent } from '#protocol'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { AgentParams } from './shared.ts'

/** One resource, read and written by the same address. */
export function agents(app: App, { rooms, agents: running }: HttpDeps): void {
  const address = '/rooms/:room/agents/:workflow'

  app.get(address, {
    schema: {
      operationId: 'getAgent',
      tags: ['rooms'],
      summary: "How a room's agent is set",
      params: AgentParams,
      response: { 200: AgentConfig.describe('The agent.'), ...problems('invalid', 'not_found') },
    },
    handler: async ({ principal, params: { room: name, workflow } }) => {
      const room = await rooms.get(name, principal)
      const agent = (await running.list(room)).find((entry) => entry.workflow === workflow)
      if (!agent) throw new HubError('not_found', 'There is no such agent in this room.')
      return agent
    },
  })

  app.put(address, {
    schema: {
      operationId: 'putAgent',
      tags: ['rooms'],
      summary: "Turn a room's agent on or off, or name it, as a moderator",
      params: AgentParams,
      body: PutAgent,
      response: {
        200: AgentConfig.describe('The agent as it is now.'),
        ...problems('invalid', 'malformed', 'too_large', 'not_found', 'forbidden'),
      },
    },
    handler: async ({ principal, params: { room: name, workflow }, body }) => {
      const room = await rooms.get(name, principal)
      return running.configure(room, principal, workflow, body)
    },
  })
}
