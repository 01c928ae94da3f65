import { type Attributes, type Link, type SpanOptions, trace } from '@opentelemetry/api'
import type { Workflow } from '#protocol'
import type { Workflows } from '../graphs/index.ts'
import { isCut } from '../graphs/voice.ts'
import type { Observe } from '../types.ts'
import type { Hearing } from './hearing.ts'
import { inSpan } from './span.ts'

/**
 * The workflows, with each run timed and traced. What serves one utterance is part of its trace; what serves many is a
 * trace of its own, linked to theirs.
 */
export function observeWorkflows(
  workflows: Workflows,
  observe: Observe,
  hearing: Pick<Hearing, 'links'>,
): Workflows {
  async function observed<T>(
    workflow: Workflow,
    attributes: Attributes,
    options: SpanOptions,
    run: () => Promise<T>,
  ): Promise<T> {
    const startedAt = performance.now()
    const spanned = {
      ...options,
      attributes: { 'auralink.workflow': workflow, ...attributes },
    }
    return inSpan(`graph.run ${workflow}`, spanned, async (span) => {
      let status: 'done' | 'failed' | 'interrupted' = 'failed'
      try {
        const result = await run()
        status = 'done'
        return result
      } catch (error) {
        if (isCut(error)) status = 'interrupted'
        throw error
      } finally {
        span.setAttribute('auralink.status', status)
        observe({ stage: 'graph', workflow, status, ms: performance.now() - startedAt })
      }
    })
  }

  const room = (id: string) => ({ 'auralink.room.id': id })
  const question = (roomId: string, run: string) => ({ ...room(roomId), 'auralink.run': run })

  return {
    ...workflows,

    summarize: (roomId, context) =>
      observed('summarization', room(roomId), { root: true, links: hearing.links(roomId) }, () =>
        workflows.summarize(roomId, context),
      ),

    greet: (roomId, context) =>
      observed('auto_join', room(roomId), { root: true, links: here() }, () =>
        workflows.greet(roomId, context),
      ),

    answer: (roomId, run, asked, context) =>
      observed('qa', question(roomId, run), {}, () =>
        workflows.answer(roomId, run, asked, context),
      ),

    resume: (roomId, run, context) =>
      observed('qa', question(roomId, run), {}, () => workflows.resume(roomId, run, context)),

    moderate: (roomId, id, finding, context) =>
      observed('moderation', { ...room(roomId), 'auralink.case': id }, {}, () =>
        workflows.moderate(roomId, id, finding, context),
      ),

    rule: (view, ruling, context) =>
      observed('moderation', { 'auralink.case': view.case }, {}, () =>
        workflows.rule(view, ruling, context),
      ),
  }
}

/** The first of those who came in together set it off. */
function here(): Link[] {
  const span = trace.getActiveSpan()
  return span ? [{ context: span.spanContext() }] : []
}
