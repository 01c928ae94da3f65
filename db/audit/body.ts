import { z } from 'zod'

const TABLE = 'audit_entries'

/** The body of an entry: text of JSON. What names a person is sealed with that person's key. */
export const AuditBody = z.object({
  /** What is sealed is bound to it, so that it opens in no other entry. */
  id: z.string(),
  by: z.string().describe('`system`, or sealed for the actor'),
  target: z.string().optional().describe('sealed for the target'),
  request: z.string().optional(),
  details: z.string().optional().describe('sealed for the owner of the chain'),
})
export type AuditBody = z.infer<typeof AuditBody>

/** Whom a part of a body was sealed for is not written beside it: the one who opens it has to know. */
export function placeOf(id: string, column: 'by' | 'target' | 'details', userId: string) {
  return { table: TABLE, column, row: id, userId }
}
