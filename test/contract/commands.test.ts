import { expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import { errorOf, good, useHub } from './support.ts'

const { connect, roomName } = useHub()

test('room.join makes the room, and its snapshot says what is there', async () => {
  const room = roomName()
  const ada = await connect('ada', { name: 'Ada' })
  const joined = good(await ada.emit('room.join', { room }))
  expect(joined).toMatchObject({ recovered: false, events: [] })
  expect(joined.snapshot?.room).toMatchObject({ name: room, status: 'open' })
  expect(joined.snapshot?.participants).toContainEqual(
    expect.objectContaining({ id: 'ada', name: 'Ada', kind: 'person', opted_out: false }),
  )
  expect(joined.snapshot?.cases).toEqual([])
})

test('room.join with since brings what was missed, once', async () => {
  const room = roomName()
  const ada = await connect('ada')
  const { epoch, seq } = good(await ada.emit('room.join', { room }))
  for (const text of ['one', 'two', 'three']) good(await ada.emit('chat.send', { room, text }))
  const later = await connect('ada')
  const resumed = good(await later.emit('room.join', { room, since: { epoch, seq } }))
  const texts = resumed.events.filter((event) => event.type === 'chat.message')
  expect(resumed.recovered).toBe(true)
  expect(resumed.snapshot).toBeUndefined()
  expect(texts.map((event) => (event as unknown as { data: unknown }).data)).toEqual([
    { text: 'one' },
    { text: 'two' },
    { text: 'three' },
  ])
  expect(resumed.events.map((event) => event.seq)).toEqual(
    Array.from({ length: resumed.seq - seq }, (_, i) => seq + 1 + i),
  )

  for (const since of [
    { epoch: epoch + 1, seq },
    { epoch, seq: 1_000_000 },
  ]) {
    const reset = good(await later.emit('room.join', { room, since }))
    expect(reset.recovered).toBe(false)
    expect(reset.snapshot).toBeDefined()
  }
})

test('live events follow the ack without a gap', async () => {
  const room = roomName()
  const [ada, bob] = await Promise.all([
    connect('talker'),
    connect('bob', { rooms: { [room]: ['join'] } }),
  ])
  good(await ada.emit('room.join', { room }))
  const talk = (async () => {
    for (let i = 0; i < 15; i++) good(await ada.emit('chat.send', { room, text: `${i}` }))
  })()
  const { seq } = good(await bob.emit('room.join', { room, as: 'watch' }))
  await talk
  await bob.until((event) => 'data' in event && JSON.stringify(event.data).includes('"14"'))
  const seqs = bob.events.flatMap((event) => ('seq' in event ? [event.seq] : []))
  expect(seqs).toEqual(seqs.map((_, i) => seq + 1 + i))
})

test('room.history pages the log', async () => {
  const room = roomName()
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  for (let i = 0; i < 5; i++) good(await ada.emit('chat.send', { room, text: `${i}` }))
  const first = good(await ada.emit('room.history', { room, after: 0, limit: 3 }))
  expect(first.events.map((event) => event.seq)).toEqual([1, 2, 3])
  expect(first.more).toBe(true)
  const rest = good(await ada.emit('room.history', { room, after: 3 }))
  expect(rest.events[0]?.seq).toBe(4)
  expect(rest.more).toBe(false)
})

test('a history of long texts is cut and says that there is more', async () => {
  const room = roomName()
  const ada = await connect('long')
  good(await ada.emit('room.join', { room }))
  for (let i = 0; i < 20; i++)
    good(await ada.emit('chat.send', { room, text: `${i} ${'x'.repeat(16_000)}` }))
  let after = 0
  let pages = 0
  for (let more = true; more; pages++) {
    const page = good(await ada.emit('room.history', { room, after }))
    expect(page.events[0]?.seq).toBe(after + 1)
    expect(JSON.stringify(page).length).toBeLessThan(300_000)
    after = page.events.at(-1)?.seq ?? after
    more = page.more
  }
  expect(pages).toBeGreaterThan(1)
  expect(ada.isOpen).toBe(true)
})

test('room.leave ends what the socket gets', async () => {
  const room = roomName()
  const [ada, bob] = [await connect('ada'), await connect('bob', { rooms: { [room]: ['join'] } })]
  good(await ada.emit('room.join', { room }))
  good(await bob.emit('room.join', { room }))
  good(await bob.emit('room.leave', { room }))
  good(await bob.emit('room.leave', { room: 'never entered' }))
  const before = bob.events.length
  good(await ada.emit('chat.send', { room, text: 'is he gone?' }))
  // an answer comes after whatever was sent before it
  await bob.emit('room.history', { room, after: 0 })
  expect(bob.events).toHaveLength(before)
})

test('leaving and joining at once end as they were sent', async () => {
  const room = roomName()
  const ada = await connect('ada')
  const outcomes = await Promise.all([
    ada.emit('room.join', { room }),
    ada.emit('room.leave', { room }),
    ada.emit('room.join', { room }),
  ])
  for (const outcome of outcomes) good(outcome)
  good(await ada.emit('chat.send', { room, text: 'here' }))
  await ada.until((event) => event.type === 'chat.message')
})

test('caption.push: partials are shown, finals are kept, a second final is a duplicate', async () => {
  const room = roomName()
  const ada = await connect('ada', { name: 'Ada' })
  const bob = await connect('bob', { rooms: { [room]: ['watch'] } })
  good(await ada.emit('room.join', { room }))
  good(await bob.emit('room.join', { room, as: 'watch' }))
  const say = (text: string, final: boolean) =>
    ada.emit('caption.push', { room, segment: 's1', text, final, start_ms: 10, end_ms: 900 })
  expect(good(await say('Hel', false)).seq).toBeUndefined()
  const { seq } = good(await say('Hello', true))
  expect(good(await say('Hello again', true))).toMatchObject({ seq, duplicate: true })
  const partial = await bob.until((event) => event.type === 'transcript.partial')
  expect(partial).toMatchObject({ data: { segment: 's1', text: 'Hel' }, actor: { name: 'Ada' } })
  expect(await bob.until((event) => event.type === 'transcript.final')).toMatchObject({
    seq,
    data: { segment: 's1', text: 'Hello', start_ms: 10, end_ms: 900, source: 'caption' },
  })
})

test('chat.send: a private message is hidden from others, with its seq', async () => {
  const room = roomName()
  const rooms = { [room]: ['join' as const] }
  const [ada, bob, eve] = [
    await connect('ada'),
    await connect('bob', { rooms }),
    await connect('eve', { rooms }),
  ]
  for (const person of [ada, bob, eve]) good(await person.emit('room.join', { room }))
  const { seq } = good(await bob.emit('chat.send', { room, text: 'psst', to: 'ada' }))
  const at = (event: object) => 'seq' in event && event.seq === seq
  expect(await ada.until(at)).toMatchObject({ type: 'chat.message', to: 'ada' })
  expect(await bob.until(at)).toMatchObject({ data: { text: 'psst' } })
  expect(await eve.until(at)).toEqual({
    room,
    epoch: expect.any(Number),
    seq,
    at: expect.any(Number),
    type: 'hidden',
  })
  expect(errorOf(await bob.emit('chat.send', { room, text: 'psst', to: 'nobody' })).code).toBe(
    'not_found',
  )
})

test('a command with an id is done once', async () => {
  const room = roomName()
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  const send = () => ada.emit('chat.send', { id: 'c1', room, text: 'once' })
  const [first, second] = await Promise.all([send(), send()])
  expect(second).toEqual({ ...good(first), duplicate: true })
  const again = await connect('ada')
  expect(await again.emit('chat.send', { id: 'c1', room, text: 'once' })).toEqual(second)
  const history = good(await ada.emit('room.history', { room, after: 0 }))
  expect(history.events.filter((event) => event.type === 'chat.message')).toHaveLength(1)
})

test('a join with an id that was used is made again, and its ack is of now', async () => {
  const room = roomName()
  const ada = await connect('ada')
  const join = { id: 'j1', room }
  expect(good(await ada.emit('room.join', join)).duplicate).toBeUndefined()
  const { seq } = good(await ada.emit('chat.send', { id: 'j1', room, text: 'another command' }))
  expect(good(await ada.emit('room.join', join))).toMatchObject({ seq, duplicate: true })

  const other = await connect('ada')
  const joined = good(await other.emit('room.join', join))
  expect(joined).toMatchObject({ seq, duplicate: true, snapshot: { upto: seq } })
  const said = good(await ada.emit('chat.send', { room, text: 'to both' })).seq
  await other.until((event) => 'seq' in event && event.seq === said)
  expect(good(await ada.emit('room.history', { id: 'j1', room, after: 0 })).duplicate).toBe(
    undefined,
  )
})

test('desk.watch needs no payload', async () => {
  const ada = await connect('ada', { role: 'moderator' })
  for (const args of [[], [{}], [null], [undefined]])
    expect(await ada.emitAny('desk.watch', ...args)).toMatchObject({ ok: true })
})

test('transcription.set: who opted out is not written down, and the room shows it', async () => {
  const room = roomName()
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  good(await ada.emit('transcription.set', { room, on: false }))
  expect(await ada.until((event) => event.type === 'participant.updated')).toMatchObject({
    data: { opted_out: true },
  })
  const caption = { room, segment: 's', text: 'off the record', final: true }
  expect(errorOf(await ada.emit('caption.push', caption)).code).toBe('forbidden')
  good(await ada.emit('transcription.set', { room, on: true }))
  good(await ada.emit('caption.push', caption))
})

test('agent.ask is answered in the room, and agent.interrupt is acked', async () => {
  const room = roomName()
  const ada = await connect('ada', { name: 'Ada' })
  good(await ada.emit('room.join', { room }))
  good(
    await ada.emit('caption.push', {
      room,
      segment: 's1',
      text: 'We decided to launch the beta on the ninth of March.',
      final: true,
    }),
  )
  const { run } = good(
    await ada.emit('agent.ask', { room, question: 'When do we launch the beta?' }),
  )
  const said = await ada.until(
    (event) => event.type === 'talkback.said' && 'run' in event.data && event.data.run === run,
    20_000,
  )
  expect(said).toMatchObject({ actor: { kind: 'agent' } })
  expect(good(await ada.emit('agent.interrupt', { room })).runs).toEqual(expect.any(Array))
})

test('moderation: mute, remove, restore and review, with the desk told', async () => {
  const room = roomName()
  const rooms = { [room]: ['join' as const] }
  const [ada, bob, eve] = [
    await connect('ada'),
    await connect('bob', { name: 'Bob', rooms }),
    await connect('eve', { rooms }),
  ]
  for (const person of [ada, bob, eve]) good(await person.emit('room.join', { room }))
  const desk = await connect('ada', { role: 'moderator' })
  expect(good(await desk.emit('desk.watch', {})).cases.filter((c) => c.room === room)).toEqual([])

  const act = (action: 'mute' | 'remove' | 'restore', minutes?: number) =>
    ada.emit('moderation.act', {
      room,
      target: 'bob',
      action,
      reason: 'for the test',
      ...(minutes === undefined ? {} : { minutes }),
    })
  const muted = good(await act('mute', 5))
  const isAct = (event: { type: string }) => event.type === 'moderation.acted'
  expect(await bob.until(isAct)).toMatchObject({ data: { reason: 'for the test', by: 'ada' } })
  expect((await eve.until(isAct)) as RoomEvent).toMatchObject({
    data: { target: 'bob', action: 'mute' },
  })
  expect(Object.keys(((await eve.until(isAct)) as RoomEvent).data)).toEqual(['target', 'action'])
  expect(await desk.until(isAct)).toMatchObject({ data: { case: muted.case } })
  expect(errorOf(await bob.emit('chat.send', { room, text: 'hey' }))).toMatchObject({
    code: 'muted',
    details: { until: expect.any(Number) },
  })

  expect(await ada.emit('moderation.review', { case: muted.case, decision: 'undo' })).toMatchObject(
    { ok: true },
  )
  good(await bob.emit('chat.send', { room, text: 'thanks' }))
  expect(
    errorOf(await ada.emit('moderation.review', { case: muted.case, decision: 'undo' })).code,
  ).toBe('conflict')
  await desk.until((event) => event.type === 'moderation.reviewed')

  good(await act('remove'))
  await bob.until((event) => event.type === 'participant.left')
  expect(errorOf(await bob.emit('room.join', { room })).code).toBe('removed')
  expect(errorOf(await bob.emit('room.history', { room, after: 0 })).code).toBe('removed')
  good(await act('restore'))
  good(await bob.emit('room.join', { room }))

  // a desk that also joined gets each event once
  good(await desk.emit('room.join', { room, as: 'watch' }))
  const before = desk.events.length
  good(await act('mute', 1))
  await desk.until((event) => desk.events.indexOf(event) >= before && isAct(event))
  await desk.emit('room.history', { room, after: 0 })
  expect(desk.events.slice(before).filter(isAct)).toHaveLength(1)
})

test('rights: strangers learn nothing, watchers only watch, joiners do not moderate', async () => {
  const room = roomName()
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  const stranger = await connect('stranger')
  const watcher = await connect('watcher', { rooms: { [room]: ['watch'] } })
  const joiner = await connect('joiner', { role: 'moderator', rooms: { [room]: ['join'] } })
  const admin = await connect('root', { role: 'admin' })
  const caption = { room, segment: 's', text: 'x', final: true }
  const act = { room, target: 'ada', action: 'mute' as const }
  const codes = async (...outcomes: Promise<unknown>[]) =>
    (await Promise.all(outcomes)).map((outcome) => errorOf(outcome).code)

  for (const person of [stranger, admin])
    expect(
      await codes(
        person.emit('room.join', { room }),
        person.emit('room.history', { room, after: 0 }),
        person.emit('caption.push', caption),
        person.emit('chat.send', { room, text: 'x' }),
        person.emit('agent.ask', { room, question: 'x' }),
        person.emit('moderation.act', act),
        person.emit('moderation.review', { case: 'nope', decision: 'approve' }),
      ),
    ).toEqual(Array(7).fill('not_found'))
  expect(
    await codes(
      watcher.emit('room.join', { room }),
      watcher.emit('chat.send', { room, text: 'x' }),
    ),
  ).toEqual(['forbidden', 'forbidden'])
  good(await watcher.emit('room.join', { room, as: 'watch' }))
  good(await joiner.emit('room.join', { room }))
  expect(await codes(joiner.emit('moderation.act', act))).toEqual(['forbidden'])
  expect(await codes(joiner.emit('room.join', { room: 'not in the token' }))).toEqual(['not_found'])
})

test('wrong payloads name their fields', async () => {
  const ada = await connect('ada')
  const cases: [string, unknown, string][] = [
    ['room.join', {}, 'room'],
    ['room.join', { room: 7 }, 'room'],
    ['room.join', { room: 'a', as: 'ghost' }, 'as'],
    ['room.join', { room: 'a', since: { epoch: 1 } }, 'since.seq'],
    ['room.join', { room: 'a', name: 'x\u0007' }, 'name'],
    ['room.history', { room: 'a', after: -1 }, 'after'],
    ['room.history', { room: 'a', after: 0, limit: 501 }, 'limit'],
    ['caption.push', { room: 'a', text: 'x', final: true }, 'segment'],
    ['caption.push', { room: 'a', segment: 's', text: 'x', final: 'yes' }, 'final'],
    ['chat.send', { room: 'a', text: '   ' }, 'text'],
    ['chat.send', { room: 'a', text: 'x', id: 'i'.repeat(65) }, 'id'],
    ['transcription.set', { room: 'a' }, 'on'],
    ['agent.ask', { room: 'a' }, 'question'],
    ['agent.interrupt', { room: 'a', run: 7 }, 'run'],
    ['moderation.act', { room: 'a', target: 'b', action: 'ban' }, 'action'],
    ['moderation.act', { room: 'a', target: 'b', action: 'mute', minutes: 0 }, 'minutes'],
    ['moderation.review', { case: 'c', decision: 'maybe' }, 'decision'],
    ['auth.refresh', { token: 7 }, 'token'],
  ]
  for (const [name, payload, field] of cases) {
    const error = errorOf(await ada.emitAny(name, payload))
    expect([name, error.code]).toEqual([name, 'invalid'])
    expect(error.details?.fields).toContainEqual(expect.objectContaining({ field }))
  }
})

test('too many commands are told when to come again, and pass then', async () => {
  const ada = await connect('hasty')
  // the slowest limit there is: a machine that sends these more slowly than it allows would take minutes
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => ada.emit('desk.watch', {})))
  expect(outcomes.filter((outcome) => outcome.ok).length).toBeGreaterThanOrEqual(10)
  const refused = outcomes.filter((outcome) => !outcome.ok).map(errorOf)
  expect(refused.length).toBeGreaterThan(10)
  for (const error of refused) expect(error.code).toBe('rate_limited')
  const wait = refused.at(-1)?.details?.retry_in_ms as number
  await new Promise((resolve) => setTimeout(resolve, wait + 5))
  good(await ada.emit('desk.watch', {}))
})
