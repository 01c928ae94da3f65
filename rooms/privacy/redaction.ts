import { type RoomEvent, render } from '#protocol'
import type { RoomCore } from '../core.ts'
import type { Outlived } from './retention.ts'
import { settled } from './settled.ts'
import { bury, ERASE_TIMEOUT } from './tombstones.ts'

/** What memory and readers of a live room make of what is gone from its rows. */
export function createRedaction(core: RoomCore, deps: { summaryGone(): Promise<void> }) {
  return { erase, buried, outlived }

  /** What these events say goes, with what agents made of it. */
  async function erase(seqs: readonly number[]): Promise<void> {
    const tombstones = await core.db.withSystem('erase events', (tx) => bury(tx, core, seqs), {
      timeoutMs: ERASE_TIMEOUT,
    })
    await buried(tombstones, [])
  }

  /**
   * Everybody who knows what tombstones stand for now is told, and of more seqs; resolves when it is forgotten. `anew`:
   * what is known of the room is made anew, whatever the seqs say.
   */
  async function buried(events: RoomEvent[], seqs: readonly number[], anew = false): Promise<void> {
    for (const event of events) core.log.erased(event)
    if (events.some((event) => event.type === 'summary.updated')) await deps.summaryGone()
    const all = [...new Set([...events.map(({ seq }) => seq), ...seqs])]
    const tombstones = events.map((event) => render(event, 'erased'))
    if (all.length > 0)
      await settled((wait) => core.signal({ kind: 'redacted', seqs: all, tombstones, anew, wait }))
  }

  /** The log begins later, and what was there is remembered by nobody. */
  async function outlived({ keptAfter, words, tombstones, cases }: Outlived): Promise<void> {
    core.keptAfter = keptAfter
    core.log.keptAfter(keptAfter)
    core.cases.drop(new Set(cases))
    if (words.length > 0 || tombstones.length > 0) await buried(tombstones, words, words.length > 0)
  }
}
