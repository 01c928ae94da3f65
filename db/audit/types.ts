import type { Principal } from '#protocol'
import type { AuditAction } from './actions.ts'

/** Something that was done. It goes into the chain of the one whose things they are. */
export interface AuditEntry {
  /** The user whose things they are: of a room its owner. What is nobody's is the `OPERATOR`'s. */
  owner: string
  action: AuditAction
  by: Pick<Principal, 'userId' | 'via' | 'byItself'> | 'system'
  /** Another person whom it is about. */
  target?: string
  /** Never what people said, never a secret, and of people only the owner and what is theirs. */
  details?: Record<string, unknown>
  /** When it was done, epoch ms, where that is not now. */
  at?: number
}

/** An entry as it is read. What was sealed for a person who was erased is absent. */
export interface AuditRecord {
  seq: number
  at: number
  action: string
  by: 'system' | { id?: string; address?: string }
  target?: string
  /** The HTTP request, or the socket. */
  request?: string
  details?: Record<string, unknown>
}

/** Where a chain ends. Kept elsewhere, it shows what was taken from the chain later, or written anew. */
export interface AuditHead {
  chain: string
  seq: number
  hash: string
}
