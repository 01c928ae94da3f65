/** A graph's context is what its nodes may touch; LangGraph types it as optional, here it never is. */
export function needContext<T>(context: T | undefined): T {
  if (context === undefined) throw new Error('the graph was started without its context')
  return context
}
