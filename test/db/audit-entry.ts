import { randomUUID } from 'node:crypto'
import type { AuditEntry } from '#db'

/** Something that an owner did with their own room, unless it is said otherwise. */
export function entry(owner: string, rest: Partial<AuditEntry> = {}): AuditEntry {
  const via = { address: '203.0.113.7', request: randomUUID() }
  return {
    ...{ owner, action: 'room.created', by: { userId: owner, via }, details: { room: 'a room' } },
    ...rest,
  }
}
