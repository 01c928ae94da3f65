import type { ErrorCode } from '#protocol'
import type { Clock } from '#rooms'
import type { ChatModel } from '../models/index.ts'
import type { Threads } from './threads.ts'

/** What every graph is made of. */
export interface GraphDeps {
  threads: Threads
  clock: Clock
  /** Absent: the built-in brain does everything. */
  model: ChatModel | undefined
  /** Called when the model failed and the built-in brain takes its place; `reason` is the model's `Failure`. */
  onFallback(code: ErrorCode, reason?: string): void
}

/** What a graph's nodes may touch in one run; LangGraph types it as optional, here it never is. */
export function contextOf<T>(context: { of: T } | undefined): T {
  if (context === undefined) throw new Error('the graph was started without its context')
  return context.of
}
