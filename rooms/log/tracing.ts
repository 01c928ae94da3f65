import { type Context, context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'

/** Of committed events, by seq: in which trace goes on what they bring about. */
export type TraceContexts = ReadonlyMap<number, Context>

/** The span of one append, from its submission until it is durable or refused. */
export interface AppendTrace {
  readonly context: Context
  end(refused?: 'refused'): void
}

/** Undefined where nobody traces what the append comes from: then it costs one look. */
export function traceAppend(roomId: string, events: number): AppendTrace | undefined {
  // one that is not sampled goes on too, so that no part of it is taken for a trace of its own
  if (!trace.getActiveSpan()) return undefined
  const span = trace.getTracer('auralink').startSpan('log.commit', {
    attributes: { 'auralink.room.id': roomId, 'auralink.events': events },
  })
  return {
    context: trace.setSpan(context.active(), span),
    end(refused) {
      if (refused) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

/** Runs what serves many appends, and so is part of no trace. */
export function untraced<T>(run: () => T): T {
  return context.with(ROOT_CONTEXT, run)
}
