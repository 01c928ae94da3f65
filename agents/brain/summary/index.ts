/*
 * The rolling summary of one room: a plain value that grows with nothing. `updateSummary` is given the new turns and the
 * value before; everything shown is cut from what was said, each with the seqs that say so.
 */
export { briefSummary } from './brief.ts'
export { catchUp } from './catch-up.ts'
export { type Item, renderSummary } from './render.ts'
export { emptySummary, type SummaryState } from './state.ts'
export { updateSummary } from './update.ts'
