import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RoomEventOf, Summary, WireEvent } from '#protocol'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { type PlayReport, playedUser, playMeeting, trimmed } from '../../protocol/client/play.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { loadMeetings } from '../support/meetings.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const MEETINGS = 6
const TURNS = 150
const SPEED = 20
/** Who comes late comes after this part of the meeting. */
const LATE_AFTER = 0.6
const LATE = { id: 'latecomer', name: 'Lena Late' }

interface Played {
  room: string
  report: PlayReport
  watcher: LiveRoom
  late: LiveRoom
  /** What only the late one got. */
  caughtUp: RoomEventOf<'talkback.said'>
  /** How many turns were over when each version of the summary came. */
  summaries: { after: number; summary: Summary }[]
}

const meetings = loadMeetings(MEETINGS, TURNS)
let hub: TestHub
let database: TestDatabase
const clients: Hub[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  hub = await startHub({ databaseUrl: database.url })
})

afterAll(async () => {
  for (const client of clients) client.close()
  await hub?.stop()
  await database?.drop()
})

async function enter(
  room: string,
  who: { id: string; name: string },
  as: 'watch' | 'participant',
): Promise<LiveRoom> {
  const right = as === 'watch' ? 'watch' : 'join'
  const token = () => hub.token(who.id, { name: who.name, rooms: { [room]: [right] } })
  const client = connectHub({ url: hub.url, token })
  clients.push(client)
  return client.join(room, { as, name: who.name })
}

async function play(meeting: (typeof meetings)[number]): Promise<Played> {
  const room = `meeting ${meeting.id}`
  // The room is there before its readers: they may not make one.
  const owner = connectHub({ url: hub.url, token: () => hub.token(`owner of ${room}`) })
  clients.push(owner)
  await owner.join(room, { as: 'watch' })
  const watcher = await enter(room, { id: 'watcher', name: 'Watcher' }, 'watch')

  const summaries: Played['summaries'] = []
  let turnsOver = 0
  watcher.on('summary.updated', (event) => {
    if (!('pending' in event)) summaries.push({ after: turnsOver, summary: event.data })
  })
  let arrival: Promise<LiveRoom> | undefined
  const report = await playMeeting({
    ...{ url: hub.url, room, meeting, speed: SPEED, maxTurnMs: 600, settleMs: 30_000 },
    tokenFor: ({ id, name, rights }) => hub.token(id, { name, rooms: { [room]: rights } }),
    onTurn: (done) => {
      turnsOver = done
      if (done === Math.floor(meeting.turns.length * LATE_AFTER))
        arrival = enter(room, LATE, 'participant')
    },
  })
  const late = await arrival
  if (late === undefined) throw new Error(`${room} was over too soon`)
  const caughtUp = await late.when((r) => r.events.find(isFor(LATE.id)), 30_000)
  await watcher.when((r) => r.seq >= late.seq, 30_000)
  return { room, report, watcher, late, caughtUp, summaries }
}

function isFor(user: string) {
  return (event: WireEvent): event is RoomEventOf<'talkback.said'> =>
    event.type === 'talkback.said' && 'seq' in event && event.to === user
}

async function transcriptOf(room: string) {
  const owner = await hub.token(`owner of ${room}`)
  const answer = await fetch(`${hub.url}/api/v1/rooms/${encodeURIComponent(room)}/transcript`, {
    headers: { authorization: `Bearer ${owner}` },
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as {
    items: { seq: number; speaker: { id: string }; text: string }[]
  }
}

describe(`${MEETINGS} meetings at once, ${SPEED} times as fast as speech`, () => {
  let played: Played[]

  beforeAll(async () => {
    played = await Promise.all(meetings.map(play))
  }, 300_000)

  test('every turn of the file is acked, and seen by a watcher complete and in order', () => {
    for (const [i, { report, watcher }] of played.entries()) {
      const expected = (meetings[i]?.turns ?? [])
        .filter(({ text }) => text.trim() !== '')
        .map(({ speaker, text }) => [playedUser(speaker), trimmed(text)])
      expect(report.turns.filter((turn) => turn.refused !== undefined)).toEqual([])
      expect(watcher.state.finals.map((line) => [line.speaker.id, line.text])).toEqual(expected)
      expect(report).toMatchObject({ acked: expected.length, inOrder: true })
    }
  })

  test('the log has no gap for a watcher', () => {
    for (const { watcher } of played) {
      const seqs = watcher.events.map((event) => ('seq' in event ? event.seq : 0))
      const first = seqs[0] ?? 0
      expect(seqs).toEqual(seqs.map((_, i) => first + i))
      expect(seqs.at(-1)).toBe(watcher.seq)
    }
  })

  test('Postgres has the same transcript', async () => {
    for (const { room, watcher } of played) {
      const { items } = await transcriptOf(room)
      expect(items.map(({ seq, speaker, text }) => [seq, speaker.id, text])).toEqual(
        watcher.state.finals.map((line) => [line.seq, line.speaker.id, line.text]),
      )
    }
  })

  test('the summary is renewed as the meeting goes, up to the last turn, from real turns', () => {
    for (const { summaries, watcher, report } of played) {
      const during = summaries.filter(({ after }) => after < report.turns.length)
      expect(during.length).toBeGreaterThanOrEqual(3)
      const uptos = summaries.map(({ summary }) => summary.upto)
      expect(uptos).toEqual(uptos.toSorted((a, b) => a - b))
      expect(report.summarised).toBe(true)
      const said = new Set(watcher.state.finals.map((line) => line.seq))
      const last = summaries.at(-1)?.summary
      const items = last ? [...last.key_points, ...last.decisions, ...last.action_items] : []
      expect(items.length).toBeGreaterThan(0)
      for (const seq of items.flatMap((item) => item.evidence)) expect(said).toContain(seq)
    }
  })

  test('questions asked meanwhile are answered with citations of this room, or not said', () => {
    let cited = 0
    let asked = 0
    for (const { report, watcher } of played) {
      const said = new Set(watcher.state.finals.map((line) => line.seq))
      expect(report.answers.length).toBeGreaterThan(0)
      for (const { question, text, citations, failed } of report.answers) {
        expect({ question, failed }).toEqual({ question, failed: undefined })
        for (const seq of citations) expect(said).toContain(seq)
        if (citations.length === 0) expect(text).toMatch(/not find that in the transcript/)
        asked += 1
        if (citations.length > 0) cited += 1
      }
    }
    // A hub that says "not said" to everything would pass all of the above.
    expect(cited).toBeGreaterThan(asked / 2)
  })

  test('who comes late is caught up in private', () => {
    for (const { watcher, caughtUp, late } of played) {
      expect(caughtUp.data.text.length).toBeGreaterThan(20)
      expect(late.participants.map(({ id }) => id)).toContain(LATE.id)
      const place = watcher.events.find((event) => 'seq' in event && event.seq === caughtUp.seq)
      expect(place?.type).toBe('hidden')
      expect(JSON.stringify(place)).not.toContain(caughtUp.data.text.slice(0, 20))
      expect(watcher.talkback.map((line) => line.to)).not.toContain(LATE.id)
    }
  })
})
