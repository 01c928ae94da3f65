import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RoomEventOf, WireEvent } from '#protocol'
import { connectHub } from '#protocol/client'
import { Meeting } from '../../protocol/client/meeting.ts'
import { type PlayReport, playedUser, playMeeting } from '../../protocol/client/play.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const file = new URL('../../protocol/client/sample-meeting.json', import.meta.url)
const json = JSON.parse(readFileSync(file, 'utf8'))
const meeting = Meeting.parse(json)
const abuse = json.abuse as { speaker: string; turns: number[] }
const ROOM = 'the sample: launch / Larkspur 🌱'
const SPEED = 20

describe('the sample meeting', () => {
  let hub: TestHub
  let database: TestDatabase
  let report: PlayReport
  const events: WireEvent[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    hub = await startHub({ databaseUrl: database.url })
    report = await playMeeting({
      ...{ url: hub.url, room: ROOM, meeting, speed: SPEED, settleMs: 30_000 },
      tokenFor: ({ id, name, rights }) => hub.token(id, { name, rooms: { [ROOM]: rights } }),
      onEvent: (event) => events.push(event),
    })
  }, 180_000)

  afterAll(async () => {
    await hub?.stop()
    await database?.drop()
  })

  function ofType<
    T extends RoomEventOf<'talkback.said'>['type'] | 'moderation.acted' | 'moderation.flagged',
  >(type: T): RoomEventOf<T>[] {
    return events.filter((event): event is RoomEventOf<T> => event.type === type && 'id' in event)
  }

  const seqsOf = (turns: number[]) => turns.map((turn) => report.turns[turn]?.seq)

  test('every turn arrives, in order', () => {
    expect(report.turns.filter((turn) => turn.refused !== undefined)).toEqual([])
    expect(report).toMatchObject({ acked: meeting.turns.length, inOrder: true, summarised: true })
  })

  test('the abusive speaker is warned, then muted, then removed by the policy, each with its turn', async () => {
    const target = playedUser(abuse.speaker)
    const acted = ofType('moderation.acted').filter((event) => event.data.by === 'policy')
    expect(acted.map(({ data }) => [data.target, data.action])).toEqual([
      [target, 'warn'],
      [target, 'mute'],
      [target, 'remove'],
    ])
    const flagged = ofType('moderation.flagged')
    expect(flagged.map(({ data }) => data.evidence)).toEqual(
      seqsOf(abuse.turns).map((seq) => [seq]),
    )
    expect(flagged.map(({ data }) => data.case)).toEqual(acted.map(({ data }) => data.case))

    const token = await hub.token(target, { rooms: { [ROOM]: ['join'] } })
    const client = connectHub({ url: hub.url, token })
    await expect(client.join(ROOM)).rejects.toMatchObject({ code: 'removed' })
    client.close()
  })

  test('the warned one is told in private, without the abuse being repeated', () => {
    const target = playedUser(abuse.speaker)
    const notices = ofType('talkback.said').filter((event) => event.to === target)
    expect(notices.length).toBeGreaterThanOrEqual(2)
    for (const { data } of notices) expect(data.text).not.toMatch(/idiot|cow|losers/i)
  })

  test('who comes late is caught up in private', () => {
    const told = ofType('talkback.said').filter((event) => event.to === playedUser('Grace Okafor'))
    expect(told.length).toBeGreaterThan(0)
  })

  test('questions are answered from the turns that hold the answer, and what was not said is not made up', () => {
    const asked = report.answers.filter(({ evidence }) => evidence.length > 0)
    const unsaid = report.answers.filter(({ evidence }) => evidence.length === 0)
    expect(report.answers.map(({ failed }) => failed)).toEqual(report.answers.map(() => undefined))
    expect(asked.length).toBeGreaterThan(0)
    for (const { question, evidence, citations } of asked) {
      const gold = seqsOf(evidence)
      expect({ question, hit: citations.some((seq) => gold.includes(seq)) }).toEqual({
        question,
        hit: true,
      })
    }
    for (const { question, citations } of unsaid)
      expect({ question, citations }).toEqual({ question, citations: [] })
    expect(unsaid.length).toBeGreaterThan(0)
  })
})
