/**
 * Everything that the audit speaks of. What happens inside of a room (words, comings, moderation, agents' runs) is not
 * among it: the room's log is the record of that.
 */
export type AuditAction =
  | 'room.created'
  | 'room.closed'
  | 'room.removed'
  | 'room.settings_changed'
  /** Once a sitting, however much is read in it. */
  | 'room.read'
  | 'member.set'
  | 'member.removed'
  | 'agent.configured'
  | 'agents.sent'
  | 'agents.withdrawn'
  | 'livekit_token.minted'
  | 'recording.read'
  | 'recording.removed'
  | 'arrival_rule.created'
  | 'arrival_rule.changed'
  | 'arrival_rule.removed'
  | 'export.requested'
  | 'export.fetched'
  | 'export.removed'
  | 'erasure.requested'
  | 'erasure.done'
  | 'keys.rotated'
  | 'keys.forgotten'
  | 'catalogue.applied'
