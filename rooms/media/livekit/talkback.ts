import type { TextStreamWriter } from '@livekit/rtc-node'
import type { Outbox } from './outbox.ts'

interface Told {
  writer: TextStreamWriter | undefined
  /** What was written so far. */
  text: string
}

/**
 * What agents say, each run as one stream that grows and is closed at its end. Where what was said in the end is
 * something else than was shown (an interruption, second thoughts), another stream of the same segment takes its place.
 */
export function createTalkback(
  outbox: Outbox,
  open: (segment: string, final: boolean) => Promise<TextStreamWriter>,
) {
  const told = new Map<string, Told>()

  async function write(run: string, text: string, over: boolean): Promise<void> {
    const entry = told.get(run) ?? { writer: undefined, text: '' }
    const grows = text.startsWith(entry.text)
    if (!grows) {
      await entry.writer?.close()
      entry.writer = undefined
      entry.text = ''
    }
    if (text !== '') {
      entry.writer ??= await open(segmentOf(run), over)
      told.set(run, entry)
      const more = text.slice(entry.text.length)
      entry.text = text
      if (more !== '') await entry.writer.write(more)
    }
    if (!over) return
    told.delete(run)
    await entry.writer?.close()
  }

  return {
    /** The text so far. */
    delta: (run: string, text: string) =>
      outbox.push(() => write(run, text, false), `talkback ${run}`),
    /** All of it, in the end. */
    said: (run: string, text: string) => outbox.push(() => write(run, text, true)),
    /** It ended, perhaps without a word. */
    ended: (run: string) =>
      outbox.push(async () => {
        const writer = told.get(run)?.writer
        told.delete(run)
        await writer?.close()
      }),
    async close(): Promise<void> {
      const open = [...told.values()]
      told.clear()
      await Promise.allSettled(open.map(({ writer }) => writer?.close()))
    },
  }
}

function segmentOf(run: string): string {
  return `SG_${run.replaceAll(/[^A-Za-z0-9]/g, '')}`
}
