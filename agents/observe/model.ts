import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ChatModel } from '../models/index.ts'
import type { Observe } from '../types.ts'
import { codeOf, tracer } from './span.ts'

/** The model, with each request timed and traced: by its name, never by what is asked or answered. */
export function observeModel(model: ChatModel, observe: Observe): ChatModel {
  const { name } = model
  const [provider = name, id = name] = name.split('/', 2)

  function begin() {
    const startedAt = performance.now()
    const took = () => performance.now() - startedAt
    const span = tracer().startSpan(`chat ${id}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': id,
      },
    })
    return {
      firstToken() {
        observe({ stage: 'model_first_token', model: name, ms: took() })
        span.addEvent('first token')
      },
      /** With `ok`, `cancelled` or the code of an error. */
      end(outcome: string) {
        observe({ stage: 'model', model: name, outcome, ms: took() })
        span.setAttribute('auralink.outcome', outcome)
        if (outcome !== 'ok' && outcome !== 'cancelled') {
          span.setAttribute('error.type', outcome)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  return {
    ...model,

    async *stream(request) {
      const { firstToken, end } = begin()
      let said = false
      // so it stays for a consumer that stops reading, which never says so
      let outcome = 'cancelled'
      try {
        for await (const piece of model.stream(request)) {
          if (!said) firstToken()
          said = true
          yield piece
        }
        outcome = 'ok'
      } catch (error) {
        if (!request.signal?.aborted) outcome = codeOf(error)
        throw error
      } finally {
        end(outcome)
      }
    },

    async complete(request) {
      const { end } = begin()
      let outcome = 'cancelled'
      try {
        const answer = await model.complete(request)
        outcome = 'ok'
        return answer
      } catch (error) {
        if (!request.signal?.aborted) outcome = codeOf(error)
        throw error
      } finally {
        end(outcome)
      }
    },
  }
}
