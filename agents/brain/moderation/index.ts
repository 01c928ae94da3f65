/**
 * Local moderation: plain functions that judge every final, chat message and partial, before any graph.
 * No key, no I/O, no clock; imports nothing outside of this folder.
 *
 * A verdict is an opinion on one text. What is done about it (ladder, strikes, a human's approval) is
 * the moderation graph's business.
 */
export { createModerator, type Moderator } from './moderator.ts'
export type { Verdict } from './types.ts'
