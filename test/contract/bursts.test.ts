import pg from 'pg'
import { expect, test } from 'vitest'
import { good, type Person, useHub } from './support.ts'

const setting = useHub()
const { connect, roomName, rest } = setting

/** A room in which no agent answers so much talk, and people in it who all talk. */
async function crowd(size: number) {
  const room = roomName()
  const owner = await connect('owner')
  good(await owner.emit('room.join', { room }))
  for (const workflow of ['auto_join', 'summarization', 'moderation', 'qa'])
    await rest(`/api/v1/rooms/${encodeURIComponent(room)}/agents/${workflow}`, {
      as: 'owner',
      method: 'PUT',
      body: { enabled: false },
    })
  const rooms = { [room]: ['join' as const] }
  const people = await Promise.all(
    Array.from({ length: size }, (_, i) => connect(`person ${i}`, { rooms })),
  )
  for (const person of people) good(await person.emit('room.join', { room }))
  const says = (person: Person, segment: number, text: string) =>
    person.emit('caption.push', { room, segment: `s${segment}`, text, final: true })
  return { room, people, says }
}

test('what waited for the database comes in one go, and closes no reader', async () => {
  const { room, people, says } = await crowd(6)
  const client = new pg.Client({ connectionString: setting.database.adminUrl })
  await client.connect()
  await client.query('begin; lock table room_events in exclusive mode')
  const outcomes = Array.from({ length: 120 }, (_, i) =>
    says(people[i % 6] as Person, i, `${i} ${'x'.repeat(13_000)}`),
  )
  // an answer on the same connection: all before it has arrived
  for (const person of people)
    good(await person.emit('room.history', { room, after: Number.MAX_SAFE_INTEGER }))
  await client.query('rollback')
  await client.end()

  const seqs = (await Promise.all(outcomes)).map((outcome) => good(outcome).seq ?? 0)
  const last = Math.max(...seqs)
  for (const person of people) {
    await person.until((event) => 'seq' in event && event.seq === last)
    const finals = person.events.filter(
      (event) => event.type === 'transcript.final' && 'seq' in event,
    )
    expect(finals).toHaveLength(120)
    expect(person.isOpen).toBe(true)
  }
})

test('who asks for much history at once gets it, and stays', async () => {
  const { room, people, says } = await crowd(1)
  const reader = people[0] as Person
  for (let i = 0; i < 20; i++) good(await says(reader, i, 'x'.repeat(16_000)))
  const pages = await Promise.all(
    Array.from({ length: 40 }, () => reader.emit('room.history', { room, after: 0 })),
  )
  const bytes = pages.reduce((sum, page) => sum + JSON.stringify(good(page)).length, 0)
  expect(bytes).toBeGreaterThan(8 * 2 ** 20)
  good(await reader.emit('chat.send', { room, text: 'still here' }))
})
