import type { AgentOptions } from '../types.ts'

/** See `AgentOptions` for what each one is. */
export const defaults: AgentOptions = {
  summaryTurns: 12,
  summaryAfterMs: 15_000,
  greetingDelayMs: 1_000,
  batchRuns: 4,
  cooldownMs: 5_000,
  deltaEveryMs: 50,
  meaningWithinMs: 150,
}
