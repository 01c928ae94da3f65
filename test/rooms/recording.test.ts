import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tables } from '#db'
import type { RoomEventOf, RoomSettings } from '#protocol'
import { roomPlaces, type Speech } from '#rooms'
import { createRecordings, type Recordings, type S3Options } from '#rooms/recording'
import { createFakeClock, type FakeClock } from '../support/clock.ts'
import { decodeOgg, loudness, tone } from '../support/ogg.ts'
import { quiet, useDatabase } from '../support/postgres.ts'
import { type Member, person, startNode, type TestNode } from '../support/rooms.ts'
import { startS3 } from '../support/s3.ts'

const RATE = 16_000
const database = useDatabase()
let folder: string
let clock: FakeClock
let recordings: Recordings
let node: TestNode
let names = 0

/** Nobody has to understand what is recorded. */
const speech: Speech = {
  listen: () => ({ write() {}, async end() {}, cut() {} }),
  backlogMs: () => 0,
  async stop() {},
}

async function start(s3?: S3Options) {
  node = await startNode(database.db, {
    ...{ clock, speech },
    recorder: (bus) => {
      recordings = createRecordings({
        ...{ db: database.db, bus, clock, log: quiet, nextId: randomUUID, dataDir: folder },
        ...(s3 ? { s3 } : {}),
      })
      return recordings
    },
  })
  recordings.start()
}

async function stop() {
  await node.rooms.stop(1_000)
  await recordings.stop()
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recordings-'))
  clock = createFakeClock()
  await start()
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A room of ann, where ben is, with these settings from the beginning. */
async function scene(settings: Partial<RoomSettings>) {
  const name = `recorded ${++names}`
  const room = await node.rooms.create(person('ann'), name, settings)
  const ann = await node.attend(room, person('ann'))
  const ben = await node.attend(room, person('ben', { rooms: { [name]: ['join'] } }))
  if (settings.record !== undefined && settings.record !== 'off')
    for (const one of [ann, ben]) await told(one)
  return { name, room, ann, ben }
}

/** What the person was told in the chat by the hub, from then on. */
const notices = (member: Member) =>
  member.seen
    .filter((event): event is RoomEventOf<'chat.message'> => event.type === 'chat.message')
    .filter(({ actor }) => actor.kind === 'system')
    .map(({ data }) => data.text)

const told = (member: Member) =>
  vi.waitFor(() => expect(notices(member).join()).toMatch(/recorded|Sound is kept/), 15_000)

const microphone = ({ room, principal }: Member, sampleRate = RATE) =>
  room.openMicrophone(principal, { sampleRate })

/** Talks for a while: pieces of 100 ms, each when it was said. */
async function talk(
  mouth: ReturnType<typeof microphone>,
  ms: number,
  amplitude = 8_000,
  rate = RATE,
) {
  const sound = tone(ms, amplitude, rate)
  for (let at = 0; at < sound.length; at += rate / 10) {
    await clock.advance(100)
    mouth.write(sound.subarray(at, at + rate / 10))
  }
}

const rows = () => database.db.withSystem('test', (tx) => tx.select().from(tables.recordings))
const rowsOf = async (member: Member) =>
  (await rows())
    .filter(({ roomId, userId }) => roomId === member.room.id && userId === member.principal.userId)
    .sort((a, b) => a.startedAt - b.startedAt)
const kept = (member: Member, count = 1) =>
  vi.waitFor(async () => {
    const finished = (await rowsOf(member)).filter(({ endedAt }) => endedAt !== null)
    expect(finished).toHaveLength(count)
    return finished
  }, 15_000)

async function heard(place: string): Promise<Int16Array> {
  const stream = await recordings.read(place)
  if (!stream) throw new Error('the recording is not there')
  return decodeOgg(await buffer(stream))
}

test('a meeting is kept voice by voice, each with its silences, and its files are nobody else’s', async () => {
  const { room, ann, ben } = await scene({ record: 'meeting', record_days: 2 })
  const [hers, his] = [microphone(ann), microphone(ben, 48_000)]
  const startedAt = clock.now()
  await talk(hers, 2_000)
  await talk(his, 1_000, 4_000, 48_000)
  await talk(hers, 1_000)
  await node.rooms.stop(1_000)
  await recordings.stop()
  const [one] = await kept(ann)
  const [two] = await kept(ben)
  if (!one || !two) throw new Error('unreachable')
  expect(one).toMatchObject({
    ...{ kind: 'meeting', userName: 'ann', caseId: null, startedAt, endedAt: startedAt + 4_000 },
    expiresAt: startedAt + 2 * 86_400_000,
  })
  // within what bringing it to another rate takes
  expect(Math.abs(two.startedAt - startedAt - 2_000)).toBeLessThan(3)
  const pcm = await heard(one.place)
  expect(pcm.length).toBe(RATE * 4)
  expect(loudness(pcm, 100, 1_900)).toBeGreaterThan(4_500)
  expect(loudness(pcm, 2_100, 2_900)).toBeLessThan(50)
  expect(loudness(pcm, 3_100, 3_900)).toBeGreaterThan(4_500)
  const other = await heard(two.place)
  expect(other.length / RATE).toBeCloseTo(1, 1)
  expect(loudness(other, 100, 900)).toBeGreaterThan(2_200)
  expect(loudness(other, 100, 900)).toBeLessThan(3_500)
  const path = join(folder, 'recordings', `${one.id}.ogg`)
  expect([statSync(path).mode & 0o777, statSync(join(folder, 'recordings')).mode & 0o777]).toEqual([
    0o600, 0o700,
  ])
  expect(one.bytes).toBe(statSync(path).size)
  expect(room.settings.record).toBe('meeting')
  await start()
})

test('nobody is recorded who was not told before, and off means off', async () => {
  const { name, room, ann, ben } = await scene({})
  const [hers, his] = [microphone(ann), microphone(ben)]
  await talk(hers, 500)
  expect([notices(ann), await rowsOf(ann)]).toEqual([[], []])

  await node.rooms.changeSettings(person('ann'), name, { record: 'meeting', record_days: 1 })
  // at once: what is said before the notice is in the log is not kept
  hers.write(tone(100, 30_000))
  for (const one of [ann, ben]) await told(one)
  expect(notices(ben)).toEqual([expect.stringContaining('kept for a day')])
  await clock.advance(100)
  await talk(his, 500)

  // who comes later is told by themselves, and the others are not told again
  const cat = await node.attend(room, person('cat', { rooms: { [name]: ['join'] } }))
  await told(cat)
  expect(notices(cat)).toHaveLength(1)
  expect(notices(ben)).toHaveLength(1)
  const theirs = microphone(cat)
  await talk(theirs, 500)

  await node.rooms.changeSettings(person('ann'), name, { record: 'off' })
  await vi.waitFor(() => expect(notices(cat)).toContain('Recording has ended.'), 15_000)
  await talk(his, 500)
  await talk(hers, 500)
  for (const one of [ben, cat]) {
    const [row] = await kept(one)
    expect((row?.endedAt ?? 0) - (row?.startedAt ?? 0)).toBe(500)
  }
  expect(await rowsOf(ann)).toEqual([])
})

test('who is muted, has opted out or was removed is not recorded meanwhile', async () => {
  const { ann, ben, room } = await scene({ record: 'meeting' })
  const his = microphone(ben)
  await talk(his, 1_000)
  await ann.acts('mute', 'ben')
  await talk(his, 1_000, 30_000)
  await ann.acts('restore', 'ben')
  await talk(his, 1_000)
  await room.setTranscription(ben.principal, false)
  const [first] = await kept(ben)
  if (!first) throw new Error('unreachable')
  const pcm = await heard(first.place)
  expect(pcm.length).toBe(RATE * 3)
  expect(loudness(pcm, 1_100, 1_900)).toBeLessThan(50)
  await talk(his, 1_000, 30_000)
  await room.setTranscription(ben.principal, true)
  await talk(his, 500)
  await ann.acts('remove', 'ben')
  await talk(his, 1_000, 30_000)
  const all = await kept(ben, 2)
  expect(all.map(({ startedAt, endedAt }) => (endedAt ?? 0) - startedAt)).toEqual([3_000, 500])
})

test('around a case, what the person concerned said is kept: 20 s before it and 10 s after, and nobody else', async () => {
  const { ann, ben } = await scene({ record: 'cases' })
  const [hers, his] = [microphone(ann), microphone(ben)]
  await talk(his, 30_000, 4_000)
  await talk(hers, 1_000)
  await talk(his, 2_000)
  expect(await rowsOf(ben)).toEqual([])
  const caseAt = clock.now()
  const { case: id } = await ann.acts('warn', 'ben')
  await vi.waitFor(async () => expect(await rowsOf(ben)).toHaveLength(1), 15_000)
  await talk(his, 12_000)
  const [clip] = await kept(ben)
  if (!clip) throw new Error('unreachable')
  expect(clip).toMatchObject({ kind: 'clip', caseId: id, startedAt: caseAt - 20_000 })
  expect((clip.endedAt ?? 0) - caseAt).toBeGreaterThan(9_000)
  expect((clip.endedAt ?? 0) - caseAt).toBeLessThanOrEqual(10_100)
  const pcm = await heard(clip.place)
  // 17 s of it quieter, the second in which ann spoke, then his last words
  expect(loudness(pcm, 1_000, 16_000)).toBeLessThan(3_500)
  expect(loudness(pcm, 17_100, 17_900)).toBeLessThan(50)
  expect(loudness(pcm, 18_100, 25_000)).toBeGreaterThan(4_500)
  expect(await rowsOf(ann)).toEqual([])
})

test('of a hub that was killed, what was written is listed and can be played', async () => {
  const { ann } = await scene({ record: 'meeting' })
  await talk(microphone(ann), 3_500)
  const [going] = await vi.waitFor(async () => {
    const found = await rowsOf(ann)
    expect(found).toHaveLength(1)
    return found
  })
  if (!going) throw new Error('unreachable')
  const path = join(folder, 'recordings', `${going.id}.ogg.part`)
  await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(8_500))
  expect(going.endedAt).toBeNull()
  // while it is made it can be listened to already
  expect((await heard(going.place)).length / RATE).toBeCloseTo(3, 1)

  // what a kill leaves: the file as it is, its last page cut in two, and one that nobody listed
  const left = readFileSync(path)
  await stop()
  const files = join(folder, 'recordings')
  for (const file of readdirSync(files)) rmSync(join(files, file))
  writeFileSync(path, left.subarray(0, left.length - 100))
  writeFileSync(join(files, `${randomUUID()}.ogg.part`), left)
  await database.db.withSystem('test', (tx) =>
    tx.update(tables.recordings).set({ endedAt: null, bytes: 0 }),
  )
  await start()
  await vi.waitFor(() => expect(readdirSync(files)).toEqual([`${going.id}.ogg`]), 15_000)
  const [row] = await kept(ann)
  expect(row).toMatchObject({ bytes: statSync(join(files, `${going.id}.ogg`)).size })
  expect((row?.endedAt ?? 0) - (row?.startedAt ?? 0)).toBe(2_000)
  expect((await heard(going.place)).length / RATE).toBeCloseTo(2, 1)
})

test('files go with their time, with their room, and when somebody deletes them', async () => {
  const one = await scene({ record: 'meeting', record_days: 1 })
  const two = await scene({ record: 'meeting', record_days: 30 })
  const three = await scene({ record: 'meeting', record_days: 30 })
  const files = () => readdirSync(join(folder, 'recordings')).sort()
  const mouths = [one, two, three].map(({ ann }) => microphone(ann))
  for (const mouth of mouths) await talk(mouth, 500)
  for (const { room } of [one, three]) await room.close('closed')
  const [first] = await kept(one.ann)
  const [third] = await kept(three.ann)
  const [second] = await rowsOf(two.ann)
  if (!first || !second || !third) throw new Error('unreachable')
  expect(files()).toEqual([`${first.id}.ogg`, `${second.id}.ogg.part`, `${third.id}.ogg`].sort())

  // one that is being made
  await recordings.remove(second)
  expect(files()).toEqual([`${first.id}.ogg`, `${third.id}.ogg`].sort())
  await node.rooms.remove(person('ann'), three.name)
  expect(files()).toEqual([`${first.id}.ogg`])
  await clock.advance(86_400_000)
  await vi.waitFor(async () => {
    await clock.advance(600_000)
    expect(files()).toEqual([])
  }, 15_000)
  expect(await rowsOf(one.ann)).toEqual([])
})

test('of who is erased nothing is kept, in no room and not of what is being recorded; of others it is', async () => {
  // of the tests before
  await database.db.withSystem('test', (tx) => tx.delete(tables.recordings))
  const one = await scene({ record: 'meeting' })
  const two = await scene({ record: 'meeting' })
  const files = () => readdirSync(join(folder, 'recordings')).sort()
  await talk(microphone(one.ann), 500)
  await talk(microphone(one.ben), 500)
  await one.room.close('closed')
  const [hers] = await kept(one.ann)
  await kept(one.ben)
  const going = microphone(two.ben)
  await talk(going, 500)
  await vi.waitFor(async () => expect(await rowsOf(two.ben)).toHaveLength(1), 15_000)

  const { privacy } = node.rooms
  const place = roomPlaces({ db: database.db, privacy, recordings }).find(
    ({ name }) => name === 'recordings',
  )
  if (!place?.files) throw new Error('unreachable')
  const exported: (readonly [string, boolean])[] = []
  for await (const { name, open } of place.files('ben'))
    exported.push([name, (await open()) !== undefined])
  expect(exported).toHaveLength(2)
  expect(exported.every(([name, there]) => /^recordings\/.+\.ogg$/.test(name) && there)).toBe(true)

  expect(await place.erase('ben')).toEqual({ erased: 2 })
  await talk(going, 500)
  expect(await rowsOf(one.ben)).toEqual([])
  expect(await rowsOf(two.ben)).toEqual([])
  expect(files()).toEqual([`${hers?.id}.ogg`])
  expect(await place.erase('ben')).toEqual({ erased: 0 })
})

test('a room that keeps nothing for longer keeps no sound for longer', async () => {
  const { room, ann } = await scene({ record: 'meeting', record_days: 30, retention_days: 2 })
  await talk(microphone(ann), 500)
  await room.close('closed')
  await kept(ann)
  await node.rooms.privacy.sweep()
  await kept(ann)
  await clock.advance(3 * 86_400_000)
  expect(await node.rooms.privacy.sweep()).toMatchObject({ recordings: 1 })
  expect(await rowsOf(ann)).toEqual([])
  expect(readdirSync(join(folder, 'recordings'))).toEqual([])
})

test('with storage that speaks S3 files are there and not here, also when it was away', async () => {
  await stop()
  const s3 = await startS3()
  try {
    await start(s3.options)
    const one = await scene({ record: 'meeting' })
    await talk(microphone(one.ann), 1_000)
    await one.room.close('closed')
    await vi.waitFor(async () => {
      const [row] = await rowsOf(one.ann)
      expect(row?.place).toBe(`s3:recordings/${row?.id}.ogg`)
    }, 15_000)
    await vi.waitFor(() => expect(readdirSync(join(folder, 'recordings'))).toEqual([]))
    const [row] = await rowsOf(one.ann)
    expect([...s3.objects.values()]).toMatchObject([{ type: 'audio/ogg' }])
    expect((await heard(row?.place ?? '')).length).toBe(RATE)

    s3.setAway(true)
    const two = await scene({ record: 'meeting' })
    await talk(microphone(two.ann), 1_000)
    await two.room.close('closed')
    const [waiting] = await kept(two.ann)
    expect(waiting?.place).toMatch(/^file:/)
    expect((await heard(waiting?.place ?? '')).length).toBe(RATE)
    // nothing is said to be deleted that is not
    await expect(node.rooms.remove(person('ann'), one.name)).rejects.toThrow('answered DELETE')
    expect(await rowsOf(one.ann)).toHaveLength(1)
    s3.setAway(false)
    await clock.advance(600_000)
    await vi.waitFor(() => expect(s3.objects.size).toBe(2), 15_000)
    await vi.waitFor(async () => expect((await rowsOf(two.ann))[0]?.place).toMatch(/^s3:/), 15_000)

    await node.rooms.remove(person('ann'), one.name)
    await node.rooms.remove(person('ann'), two.name)
    expect([s3.objects.size, s3.refused]).toEqual([0, []])
    const wrong = createRecordings({
      ...{ db: database.db, bus: node.bus, clock, log: quiet, nextId: randomUUID, dataDir: folder },
      s3: { ...s3.options, secretAccessKey: 'guessed' },
    })
    await expect(wrong.read('s3:recordings/x.ogg')).rejects.toThrow('403')
    expect(s3.refused).toEqual(['another signature'])
    await wrong.stop()
  } finally {
    await stop()
    await s3.stop()
    await start()
  }
})
