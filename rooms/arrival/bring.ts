import { HubError, OPERATOR, type Principal, PutAgent, SomeRoomSettings, Workflow } from '#protocol'
import type { Room } from '../types.ts'
import type { Rule } from './rules.ts'
import type { ArrivalDeps } from './types.ts'

/**
 * The room of a LiveKit room's name, owned by this node; made as its rule says when there is none. Undefined: another
 * node has it.
 */
export async function bringRoom(
  { rooms, setAgent }: Pick<ArrivalDeps, 'rooms' | 'setAgent'>,
  name: string,
  rule: Rule,
): Promise<Room | undefined> {
  // the hub itself: for this room alone, whoever owns it; what no rule gives to somebody is the operator's
  const itself: Principal = {
    userId: rule.ownerId ?? OPERATOR,
    role: 'user',
    rooms: { [name]: ['moderate'] },
    expiresAt: Number.MAX_SAFE_INTEGER,
    byItself: true,
  }
  try {
    return (await found()) ?? (await made())
  } catch (error) {
    if (isHubError(error, 'not_owner')) return undefined
    throw error
  }

  async function found(): Promise<Room | undefined> {
    try {
      return await rooms.get(name, itself)
    } catch (error) {
      if (isHubError(error, 'not_found')) return undefined
      throw error
    }
  }

  async function made(): Promise<Room> {
    const settings = SomeRoomSettings.parse(rule.settings)
    let room: Room
    try {
      room = await rooms.create(itself, name, settings)
    } catch (error) {
      // somebody was faster: it is as they made it
      if (isHubError(error, 'conflict')) return rooms.get(name, itself)
      throw error
    }
    for (const workflow of Workflow.options) {
      const set = rule.agents[workflow]
      if (set) await setAgent(room, itself, workflow, PutAgent.parse(set))
    }
    return room
  }
}

function isHubError(error: unknown, code: HubError['code']): boolean {
  return error instanceof HubError && error.code === code
}
