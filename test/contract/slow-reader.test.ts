import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { WireEvent } from '#protocol'
import { good, type Person, useHub } from './support.ts'

const setting = useHub()
const { connect, roomName, rest } = setting

const TEXT = 'x'.repeat(16_000)
const SPEAKERS = 8

test('a stalled reader is closed with 4008 and costs little; others miss nothing; it resumes', async () => {
  const room = roomName()
  const path = `/api/v1/rooms/${encodeURIComponent(room)}`
  const owner = await connect('owner')
  const { epoch, seq } = good(await owner.emit('room.join', { room }))
  // this is about sockets: agents would answer so much talk in their own way
  for (const workflow of ['auto_join', 'summarization', 'moderation', 'qa'])
    await rest(`${path}/agents/${workflow}`, {
      as: 'owner',
      method: 'PUT',
      body: { enabled: false },
    })
  const rooms = { [room]: ['join' as const] }
  const speakers = await Promise.all(
    Array.from({ length: SPEAKERS }, (_, i) => connect(`speaker ${i}`, { rooms })),
  )
  for (const speaker of speakers) good(await speaker.emit('room.join', { room }))
  const reader = await connect('reader', { rooms })
  good(await reader.emit('room.join', { room, as: 'watch' }))
  const stalled = await connect('stalled', { rooms })
  good(await stalled.emit('room.join', { room, as: 'watch' }))

  const before = memoryOf(setting.hub.pid)
  stalled.pause()
  const { turns, peak } = await talkUntil(speakers, room, slowConsumers)
  expect(turns).toBeGreaterThan(50)
  console.log(
    `stalled reader closed after ${turns} turns of 16 KB; memory ${before} -> ${peak} MB at most`,
  )

  const head = good(await owner.emit('chat.send', { room, text: 'the end' })).seq
  await reader.until((event) => 'seq' in event && event.seq === head)
  expect(reader.isOpen).toBe(true)
  const seqs = seqsOf(reader.events)
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))

  stalled.unpause()
  expect((await stalled.closed).code).toBe(4008)
  const last = seqsOf(stalled.events).at(-1) ?? seq
  expect(last).toBeLessThan(head)
  const again = await connect('stalled', { rooms })
  const resumed = good(
    await again.emit('room.join', { room, as: 'watch', since: { epoch, seq: last } }),
  )
  expect(resumed.recovered).toBe(true)
  expect(resumed.events[0]?.seq).toBe(last + 1)
})

/** Everyone talks until it holds. */
async function talkUntil(speakers: Person[], room: string, holds: () => Promise<boolean>) {
  let turns = 0
  let peak = 0
  for (let round = 0; !(await holds()); round++) {
    if (round > 600) throw new Error('the reader was never closed')
    const outcomes = await Promise.all(
      speakers.map((speaker) =>
        speaker.emit('caption.push', { room, segment: `s${round}`, text: TEXT, final: true }),
      ),
    )
    turns += outcomes.filter((outcome) => outcome.ok).length
    peak = Math.max(peak, memoryOf(setting.hub.pid))
    if (outcomes.some((outcome) => !outcome.ok)) await new Promise((r) => setTimeout(r, 100))
  }
  return { turns, peak }
}

async function slowConsumers(): Promise<boolean> {
  const { text } = await rest('/metrics')
  return /hub_closed_total\{code="4008"\} 1/.test(text)
}

const seqsOf = (events: WireEvent[]) =>
  events.flatMap((event) => ('seq' in event ? [event.seq] : []))

/** Resident memory of a process, MB. */
function memoryOf(pid: number): number {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kb) / 1024)
}
