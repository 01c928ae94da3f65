import {
  type Context,
  context,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { RoomEvent } from '#protocol'
import type { Room } from '#rooms'
import { asHubError } from '../failure.ts'

const tracer = () => trace.getTracer('auralink')

/**
 * Runs a command within the span that everything it brings about belongs to. Partials are in no trace: they are
 * many, and nothing comes of them.
 */
export function traceCommand<T>(name: string, payload: object, run: () => Promise<T>): Promise<T> {
  if ('final' in payload && payload.final === false) return run()
  const span = tracer().startSpan(name, { kind: SpanKind.SERVER })
  // nobody traces
  if (!isSpanContextValid(span.spanContext())) return run()
  return context.with(trace.setSpan(context.active(), span), async () => {
    try {
      return await run()
    } catch (error) {
      span.setAttribute('error.type', asHubError(error).code)
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}

/** Sends an event within a span of the trace that it comes from. */
export function traceFanout(at: Context, room: Room, event: RoomEvent, send: () => void): void {
  const attributes = {
    'auralink.room.id': room.id,
    'auralink.seq': event.seq,
    'auralink.event': event.type,
  }
  const span = tracer().startSpan('fanout', { attributes }, at)
  send()
  span.end()
}
