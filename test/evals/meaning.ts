import { join, resolve } from 'node:path'
import pino from 'pino'
import { type Closeness, createTranscriptIndex } from '../../agents/brain/index.ts'
import { createMeaning, openEmbedder } from '../../agents/embedding/index.ts'
import { asTurns, type Meeting } from './corpus.ts'

/**
 * The brain's search with the embedding model beside it, where its weights are in DATA_DIR. All questions are embedded
 * before, so that what is timed is the search alone.
 */
export async function meaningRanker(meetings: Meeting[]) {
  const dataDir = resolve(process.env.DATA_DIR ?? join(import.meta.dirname, '../../.auralink'))
  const embedder = await openEmbedder(dataDir, pino({ enabled: false }))
  if (!embedder) {
    console.log(`(no embedding model in ${dataDir}: npm run models -- fetch embedding)`)
    return undefined
  }
  const rooms = new Map<Meeting, ReturnType<typeof createTranscriptIndex>>()
  const close = new Map<string, Closeness | undefined>()
  for (const meeting of meetings) {
    const index = createTranscriptIndex()
    const meaning = createMeaning(embedder, { deadlineMs: 60_000 })
    for (const turn of asTurns(meeting)) {
      index.add(turn)
      meaning.add(turn)
    }
    await meaning.settled()
    for (const { query } of meeting.specific_queries)
      close.set(`${meeting.id} ${query}`, await meaning.closeTo(query))
    rooms.set(meeting, index)
  }
  await embedder.stop()
  return (meeting: Meeting) => (question: string) =>
    (
      rooms
        .get(meeting)
        ?.search(question, { limit: 10, close: close.get(`${meeting.id} ${question}`) }) ?? []
    ).map((window) => window.seqs)
}
