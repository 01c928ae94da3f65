import {
  type Attributes,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { HubError } from '#protocol'

/** Without a tracing backend its spans are nothing and cost nothing. */
export function tracer(): Tracer {
  return trace.getTracer('auralink')
}

/**
 * Runs within a span. Attributes are ids that the hub made, and words of its own: never what people said, their
 * names, or texts of errors.
 */
export function inSpan<T>(
  name: string,
  options: SpanOptions & { attributes: Attributes },
  run: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, options, async (span) => {
    try {
      return await run(span)
    } catch (error) {
      fail(span, error)
      throw error
    } finally {
      span.end()
    }
  })
}

/** Marks a span as failed, by the code alone: an error's text may quote what somebody said. */
function fail(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.setAttribute('error.type', codeOf(error))
}

export function codeOf(error: unknown): string {
  return error instanceof HubError ? error.code : 'internal'
}
