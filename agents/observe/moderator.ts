import { trace } from '@opentelemetry/api'
import type { Moderator } from '../brain/moderation/index.ts'
import type { Observe } from '../types.ts'
import { tracer } from './span.ts'

/** The moderator, with its decisions timed, and traced where what it judges is. */
export function observeModerator(moderator: Moderator, observe: Observe): Moderator {
  return {
    ...moderator,
    judge(judged) {
      const startTime = Date.now()
      const startedAt = performance.now()
      const verdict = moderator.judge(judged)
      const ms = performance.now() - startedAt
      const { kind } = judged
      const { severity, stage } = verdict
      observe({ stage: 'decision', kind, severity, ms })
      if (trace.getActiveSpan()?.isRecording())
        tracer()
          .startSpan('moderation.judge', {
            startTime,
            attributes: {
              'auralink.kind': kind,
              'auralink.severity': severity,
              'auralink.stage': stage,
            },
          })
          .end(startTime + ms)
      return verdict
    },
  }
}
