/*
 * The built-in brain: what the hub can think without any key. Pure functions over turns, no I/O, no clock of its own, no
 * model: it quotes, counts and cuts, and says so. Graphs call it; moderation is next door in `moderation/`.
 */
export { answer } from './answer.ts'
export { cleanText } from './clean.ts'
export type { Closeness } from './fuse.ts'
export { greeting } from './greeting.ts'
export {
  briefSummary,
  catchUp,
  emptySummary,
  type Item,
  renderSummary,
  type SummaryState,
  updateSummary,
} from './summary/index.ts'
export { synonyms } from './synonyms.ts'
export { term, terms } from './text.ts'
export { createTranscriptIndex, type TranscriptIndex } from './transcript-index.ts'
export type { Turn } from './turn.ts'
export { TALK_WORDS } from './words.ts'
