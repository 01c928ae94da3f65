import { emptySummary, type SummaryState } from '../brain/index.ts'
import { takeIn } from '../graphs/summarization.ts'
import { createBatches } from './batches.ts'
import { actorOf, roomAgent } from './config.ts'
import type { RoomContext } from './context.ts'

/** Events read at once. */
const PAGE = 500

/** The rolling summary of one room: what is published by batches, and what it would say right now. */
export function createSummaries(context: RoomContext) {
  const { room, workflows, memory, states, clock, options, config, signal } = context
  /** Seq up to which the summary is published. */
  let upto = 0
  /** The newest state that is known; ahead of the published one after somebody asked. */
  let latest: SummaryState | undefined
  /** While something is forgotten no run begins: it would take what is published still for its own. */
  let forgetting = 0
  /** How often something was forgotten: what was made before and is finished later quotes it. */
  let times = 0
  let running: AbortController | undefined

  const batches = createBatches({
    clock,
    turns: options.summaryTurns,
    afterMs: options.summaryAfterMs,
    pending: () =>
      config('summarization').enabled && forgetting === 0 ? memory.after(upto).length : 0,
    failed: context.failed('summarization'),
    async run() {
      if (forgetting > 0) return
      const agent = roomAgent(config('summarization'))
      const end = states.begin(agent.id, 'thinking')
      const ended = new AbortController()
      running = ended
      try {
        const digest = await workflows.summarize(room.id, {
          room,
          agent: actorOf(agent),
          turnsAfter: memory.after,
          signal: AbortSignal.any([signal, ended.signal]),
        })
        if (!digest) return
        upto = digest.upto
        if (forgetting === 0 && (latest?.upto ?? 0) <= upto) latest = digest.summary
      } catch (error) {
        if (!ended.signal.aborted) throw error
      } finally {
        running = undefined
        end()
      }
    },
  })

  /** What agents said and published since these, or citing them. */
  async function madeOf(seqs: readonly number[]): Promise<number[]> {
    const gone = new Set(seqs)
    const made: number[] = []
    let after = seqs.reduce((least, seq) => Math.min(least, seq), Number.MAX_SAFE_INTEGER)
    for (;;) {
      const page = await room.read(['summary.updated', 'talkback.said'], after, PAGE)
      for (const { seq, type, data } of page)
        if (type === 'summary.updated') made.push(seq)
        else if (type === 'talkback.said' && data.citations?.some((cited) => gone.has(cited)))
          made.push(seq)
      const last = page.at(-1)
      if (!last || page.length < PAGE) return made
      after = last.seq
    }
  }

  return {
    heard: batches.heard,
    flush: batches.flush,
    stop: batches.stop,
    settled: batches.settled,

    /**
     * Makes the summary anew from what is left, and erases what was said and published from the erased turns: each word of a
     * summary may be theirs, so that all that came after them go. After `retracted` nothing more is said of it.
     */
    async forget(seqs: readonly number[], retracted: Promise<void>): Promise<void> {
      forgetting += 1
      times += 1
      latest = undefined
      // what it read is to be forgotten: it is not to be published either
      running?.abort()
      try {
        await batches.settled()
        await workflows.forgetSummary(room.id)
        upto = 0
        await retracted
        const made = await madeOf(seqs)
        if (made.length > 0) await room.erase(made)
      } finally {
        forgetting -= 1
        // nobody waits for a model here: what was erased is quoted no more
        void batches.flush()
      }
    },

    /** Goes on from the checkpoint. */
    async load(): Promise<void> {
      const digest = await workflows.digest(room.id)
      upto = digest?.upto ?? 0
      latest = digest?.summary
    },

    /** The summary with everything that was said so far, published or not. */
    async current(): Promise<SummaryState> {
      for (;;) {
        const before = times
        const from = latest ?? emptySummary()
        const state = await takeIn(from, memory.after(from.upto))
        if (times !== before) continue
        if ((latest?.upto ?? 0) < state.upto) latest = state
        return state
      }
    },
  }
}

export type Summaries = ReturnType<typeof createSummaries>
