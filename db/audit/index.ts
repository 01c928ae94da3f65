/**
 * The audit: what was done to whose things, by whom and from where. Only ever appended to, in the transaction of the
 * change, one hash chain for each owner. What names a person is sealed with that person's key before it is hashed, so that
 * an erasure makes it unreadable and the chain stays whole. May touch the tables `audit_*`, and the vault.
 */
export type { AuditAction } from './actions.ts'
export { type Audit, createAudit } from './append.ts'
export { changesBetween } from './changes.ts'
export { findAuditHead, listAudit } from './read.ts'
export type { AuditEntry, AuditHead, AuditRecord } from './types.ts'
export { type AuditVerdict, auditHeads, verifyAudit } from './verify.ts'
