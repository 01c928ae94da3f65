import { eq } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { roomAgents } from '../schema/index.ts'

export type RoomAgentRow = Pick<
  typeof roomAgents.$inferSelect,
  'roomId' | 'workflow' | 'enabled' | 'name' | 'settings'
>

/** How a room's agents were set; a workflow that nobody touched has no row. */
export function readRoomAgents(tx: Tx, roomId: string): Promise<RoomAgentRow[]> {
  const { workflow, enabled, name, settings } = roomAgents
  return tx
    .select({ roomId: roomAgents.roomId, workflow, enabled, name, settings })
    .from(roomAgents)
    .where(eq(roomAgents.roomId, roomId))
}

export async function writeRoomAgent(tx: Tx, row: RoomAgentRow): Promise<void> {
  await tx
    .insert(roomAgents)
    .values(row)
    .onConflictDoUpdate({
      target: [roomAgents.roomId, roomAgents.workflow],
      set: { enabled: row.enabled, name: row.name, settings: row.settings },
    })
}
