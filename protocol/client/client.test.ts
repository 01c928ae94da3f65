import { describe, expect, test, vi } from 'vitest'
import { fakeSocket, final, finals, fresh, hidden, partial } from './fake-socket.ts'
import { connectHub, HubError, type LiveRoom, type RoomEvent } from './index.ts'

/** A client that has joined room `r` at seq 10, and the hub's end of its socket. */
async function joined(options: { keep?: number; timeoutMs?: number } = {}) {
  const { timeoutMs = 1_000, ...join } = options
  const socket = fakeSocket()
  let ids = 0
  const hub = connectHub({
    ...{ url: 'http://hub', token: 'x.e30.x', timeoutMs, openSocket: socket.open },
    newId: () => `id${++ids}`,
  })
  const joining = hub.join('r', join)
  const ask = await socket.next('room.join')
  ask.ack(fresh(10))
  return { socket, hub, ask, room: await joining }
}

const seqs = (room: LiveRoom) => room.events.map((event) => 'seq' in event && event.seq)
const upTo = (room: LiveRoom, seq: number) => room.when((r) => r.seq === seq, 1_000)
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('joining', () => {
  test('asks without since, and starts from the snapshot', async () => {
    const { room, ask } = await joined()
    expect(ask.payload).toEqual({ room: 'r', as: 'participant' })
    expect(room).toMatchObject({ epoch: 1, seq: 10, status: 'live', participants: [] })
  })

  test('a refusal is thrown with its code', async () => {
    const socket = fakeSocket()
    const hub = connectHub({ url: 'http://hub', token: 't', openSocket: socket.open })
    const joining = hub.join('r')
    const { ack } = await socket.next('room.join')
    ack({
      ok: false,
      error: { code: 'removed', message: 'Not before noon.', details: { until: 5 } },
    })
    await expect(joining).rejects.toMatchObject({ code: 'removed', details: { until: 5 } })
  })

  test('with history, the transcript before the join is there and the present stays the present', async () => {
    const socket = fakeSocket()
    const hub = connectHub({ url: 'http://hub', token: 't', openSocket: socket.open })
    const joining = hub.join('r', { history: 3 })
    ;(await socket.next('room.join')).ack(fresh(10))
    const { payload, ack } = await socket.next('room.history')
    expect(payload).toEqual({ room: 'r', after: 7 })
    socket.push(final(11))
    ack({ ok: true, events: finals(8, 11), more: false })
    const room = await joining
    expect(room.transcript.map((line) => line.seq)).toEqual([8, 9, 10, 11])
    expect(seqs(room)).toEqual([8, 9, 10, 11])
  })

  test('joining twice is one room, however its name is composed', async () => {
    const { hub, socket } = await joined()
    const joining = hub.join('caf\u00e9')
    const { ack } = await socket.next('room.join')
    ack(fresh(1))
    expect(await hub.join('cafe\u0301')).toBe(await joining)
  })

  test('spaces around a name belong to it', async () => {
    const { hub, socket } = await joined()
    void hub.join(' r ').catch(() => undefined)
    expect((await socket.next('room.join')).payload).toMatchObject({ room: ' r ' })
  })

  test('a connection that never comes is told as such', async () => {
    const openSocket = () => ({
      ...{ connected: false, connect() {}, close() {}, emit() {}, reconnectAfter() {} },
      frame() {},
    })
    const hub = connectHub({ url: 'http://hub', token: 't', openSocket, timeoutMs: 20 })
    await expect(hub.join('r')).rejects.toMatchObject({ code: 'timed_out' })
  })
})

describe('live', () => {
  test('drops duplicates', async () => {
    const { socket, room } = await joined()
    socket.push(final(10), final(11), final(11), final(12), final(11))
    expect(seqs(room)).toEqual([11, 12])
    expect(room.transcript).toHaveLength(2)
  })

  test('a hidden event moves the seq on, and holds its place', async () => {
    const { socket, room } = await joined()
    socket.push(final(11), hidden(12), final(13))
    expect(seqs(room)).toEqual([11, 12, 13])
    expect(room.transcript.map((line) => line.seq)).toEqual([11, 13])
  })

  test('what is erased later is gone, and what came after it stays', async () => {
    const { socket, room } = await joined()
    const told = vi.fn()
    room.on('erased', told)
    const erased = (seq: number) => ({ room: 'r', epoch: 1, seq, at: seq, type: 'erased' as const })
    socket.push(final(11), final(12), final(14), erased(11))
    ;(await socket.next('room.history')).ack({ ok: true, events: finals(13, 14), more: false })
    // it waited until the gap was closed
    await room.when(() => told.mock.calls.length > 0, 1_000)
    expect(told).toHaveBeenCalledExactlyOnceWith(erased(11))
    expect(seqs(room)).toEqual([11, 12, 13, 14])
    expect(room.events[0]).toEqual(erased(11))
    expect(room.transcript.map((line) => line.seq)).toEqual([12, 13, 14])
    socket.push(erased(13), final(15))
    expect(room.transcript.map((line) => line.seq)).toEqual([12, 14, 15])
  })

  test('a summary goes with what it quotes, and when it is erased itself', async () => {
    const { socket, room } = await joined()
    const summary = (seq: number, version: number, evidence: number[]) =>
      ({
        ...{ room: 'r', epoch: 1, seq, id: `e${seq}`, at: seq, type: 'summary.updated' },
        actor: { id: 'aura', name: 'Aura', kind: 'agent' },
        data: {
          ...{ version, upto: seq - 1, decisions: [], action_items: [], topics: [] },
          key_points: [{ text: 'We ship.', evidence }],
        },
      }) as RoomEvent
    const erased = (seq: number) => ({ room: 'r', epoch: 1, seq, at: seq, type: 'erased' as const })
    socket.push(final(11), final(12), summary(13, 1, [11]), erased(12))
    expect(room.summary?.version).toBe(1)
    socket.push(erased(11))
    expect(room.summary).toBeUndefined()
    socket.push(summary(14, 2, []), erased(13))
    expect(room.summary?.version).toBe(2)
    socket.push(erased(14))
    expect(room.summary).toBeUndefined()
  })

  test('an unknown type is passed through', async () => {
    const { socket, room } = await joined()
    const types: string[] = []
    room.on('*', (event) => types.push(event.type))
    socket.push(JSON.parse('{"room":"r","epoch":1,"seq":11,"at":1,"type":"vote.opened","data":{}}'))
    socket.push(JSON.parse('{"room":"r","type":"some.ripple"}'))
    expect(types).toEqual(['vote.opened', 'some.ripple'])
    expect(room.seq).toBe(11)
  })

  test('what is no event is ignored', async () => {
    const { socket, room } = await joined()
    for (const odd of ['null', '7', '"x"', '{}', '{"room":"r","type":"x","seq":"11"}'])
      socket.push(JSON.parse(odd))
    socket.push(final(11))
    expect(seqs(room)).toEqual([11])
  })

  test('a gap is fetched, and what came meanwhile follows in order', async () => {
    const { socket, room } = await joined()
    socket.push(final(11), final(15))
    const { payload, ack } = await socket.next('room.history')
    expect(payload).toEqual({ room: 'r', after: 11 })
    socket.push(final(16))
    expect(room.seq).toBe(11)
    ack({ ok: true, events: finals(12, 15), more: false })
    await upTo(room, 16)
    expect(seqs(room)).toEqual(range(11, 16))
  })

  test('a gap that history cannot fill leads to a fresh start', async () => {
    const { socket, room } = await joined()
    const reset = vi.fn()
    room.on('reset', reset)
    socket.push(final(15))
    ;(await socket.next('room.history')).ack({ ok: true, events: [], more: false })
    const { payload, ack } = await socket.next('room.join')
    expect(payload).not.toHaveProperty('since')
    ack(fresh(15))
    await upTo(room, 15)
    expect(reset).toHaveBeenCalledOnce()
  })

  test('partials are replaced by segment, and by their final', async () => {
    const { socket, room } = await joined()
    const texts = () => room.transcript.map((line) => `${line.text}${line.final ? '.' : ''}`)
    socket.push(partial('s11', 'we'), partial('b', 'but'), partial('s11', 'we ship'))
    expect(texts()).toEqual(['but', 'we ship'])
    socket.push(final(11, 'We ship'), partial('s11', 'we'))
    expect(texts()).toEqual(['We ship.', 'but'])
  })

  test('a partial that never ends goes once others have long gone on', async () => {
    const { socket, room } = await joined()
    const texts = () => room.transcript.map((line) => line.text)
    socket.push(partial('lost', 'I was', 1_000), partial('b', 'but', 30_000))
    expect(texts()).toEqual(['I was', 'but'])
    socket.push(partial('b', 'but then', 32_000))
    expect(texts()).toEqual(['but then'])
  })

  test('settings that are changed meanwhile are the ones of its state', async () => {
    const { socket, room } = await joined()
    const settings = { ...room.state.settings, voice: false, record: 'meeting' as const }
    socket.push({
      ...{ room: 'r', epoch: 1, at: 0, type: 'room.updated', data: { settings } },
      actor: { id: 'system', name: 'AuraLink', kind: 'system' },
    })
    expect(room.state.settings).toEqual(settings)
  })

  test('a pending event is shown as such until it comes with its seq', async () => {
    const { socket, room } = await joined()
    const { seq: _, ...draft } = final(11)
    socket.push({ ...draft, pending: true })
    expect(room.pending.map((one) => one.id)).toEqual(['e11'])
    expect(room.transcript).toEqual([])
    socket.push(final(11))
    expect(room.pending).toEqual([])
    expect(room.transcript.map((line) => line.seq)).toEqual([11])
  })

  test('keeps as many events as told', async () => {
    const { socket, room } = await joined({ keep: 3 })
    socket.push(...finals(11, 20))
    expect(seqs(room)).toEqual([18, 19, 20])
    expect(room.transcript).toHaveLength(3)
  })

  test('streams events to `for await`, and ends with the room', async () => {
    const { socket, room } = await joined()
    const stream = room.stream()
    socket.push(final(11), final(12))
    const left = room.leave()
    ;(await socket.next('room.leave')).ack({ ok: true })
    await left
    const got: unknown[] = []
    for await (const event of stream) got.push('seq' in event && event.seq)
    expect(got).toEqual([11, 12])
  })

  test('a closed room ends, and is not opened again by the client', async () => {
    const { socket, room } = await joined()
    const ended = vi.fn()
    room.on('ended', ended)
    socket.push({
      ...{ room: 'r', epoch: 1, seq: 11, id: 'c', at: 1, type: 'room.closed' },
      actor: { id: 'ana', name: 'Ana', kind: 'person' },
      data: { reason: 'closed' },
    })
    expect(ended.mock.calls[0]?.[0]).toMatchObject({ reason: 'room_closed' })
    const before = socket.sent.length
    socket.cut()
    socket.connect()
    expect(socket.sent.length).toBe(before)
    await expect(room.caption('hello?')).rejects.toThrow(HubError)
  })
})

describe('after a cut', () => {
  test('resumes from the last seq, over more than one page, with live events held back', async () => {
    const { socket, room } = await joined()
    const recovered = vi.fn()
    room.on('recovered', recovered)
    socket.push(final(11))
    socket.cut(4008)
    expect(room.status).toBe('catching_up')
    socket.connect()
    const { payload, ack } = await socket.next('room.join')
    expect(payload.since).toEqual({ epoch: 1, seq: 11 })
    ack({ ok: true, epoch: 1, seq: 20, recovered: true, events: finals(12, 14), more: true })
    socket.push(final(21))
    const page = await socket.next('room.history')
    expect(page.payload.after).toBe(14)
    page.ack({ ok: true, events: finals(15, 17), more: true })
    const last = await socket.next('room.history')
    // History may already hold what also arrives live.
    last.ack({ ok: true, events: finals(18, 21), more: false })
    await upTo(room, 21)
    await room.when((r) => r.status === 'live', 1_000)
    expect(seqs(room)).toEqual(range(11, 21))
    expect(recovered).toHaveBeenCalledExactlyOnceWith({ missed: 9 })
  })

  test('a cut in the middle of paging goes on from where it was', async () => {
    const { socket, room } = await joined()
    socket.cut()
    socket.connect()
    const first = await socket.next('room.join')
    first.ack({ ok: true, epoch: 1, seq: 20, recovered: true, events: finals(11, 13), more: true })
    await socket.next('room.history')
    socket.cut()
    socket.connect()
    const { payload, ack } = await socket.next('room.join')
    expect(payload.since).toEqual({ epoch: 1, seq: 13 })
    ack({ ok: true, epoch: 1, seq: 14, recovered: true, events: finals(14, 14) })
    await upTo(room, 14)
    expect(seqs(room)).toEqual([11, 12, 13, 14])
  })

  test('another epoch resets to the snapshot', async () => {
    const { socket, room } = await joined()
    socket.push(final(11))
    const reset = vi.fn()
    room.on('reset', reset)
    socket.cut()
    socket.connect()
    ;(await socket.next('room.join')).ack(fresh(3, 2))
    await room.when((r) => r.epoch === 2 && r.status === 'live', 1_000)
    expect(room).toMatchObject({ seq: 3, events: [], transcript: [] })
    expect(reset).toHaveBeenCalledOnce()
    socket.push(final(4, 'new', 2))
    expect(seqs(room)).toEqual([4])
  })

  test('an event of another epoch while live joins again', async () => {
    const { socket } = await joined()
    socket.push(final(11, 'x', 2))
    const { payload } = await socket.next('room.join')
    expect(payload.since).toEqual({ epoch: 1, seq: 10 })
  })

  test('what was not acked is sent again with the same id, in order, once the room is joined', async () => {
    const { socket, room } = await joined()
    const answers = [room.caption('one', { segment: 'a' }), room.chat('two')]
    const ids = [await socket.next('caption.push'), await socket.next('chat.send')].map(
      (one) => one.payload.id,
    )
    socket.cut()
    const third = room.caption('three', { segment: 'c' })
    socket.connect()
    const join = await socket.next('room.join')
    expect(socket.sent.at(-1)).toBe(join)
    join.ack({ ok: true, epoch: 1, seq: 11, recovered: true, events: finals(11, 11) })
    const again = [await socket.next('caption.push'), await socket.next('chat.send')]
    expect(again.map((one) => one.payload.id)).toEqual(ids)
    again[0]?.ack({ ok: true, seq: 11, duplicate: true })
    again[1]?.ack({ ok: true, seq: 12 })
    ;(await socket.next('caption.push')).ack({ ok: true, seq: 13 })
    expect(await Promise.all(answers)).toMatchObject([{ seq: 11, duplicate: true }, { seq: 12 }])
    expect(await third).toMatchObject({ seq: 13 })
  })

  test('a passing refusal of the rejoin is tried again, a lasting one ends the room', async () => {
    const { socket, room } = await joined()
    const ended = vi.fn()
    room.on('ended', ended)
    socket.cut()
    socket.connect()
    const details = { retry_in_ms: 1 }
    const busy = { code: 'rate_limited', message: 'Slow down.', details }
    ;(await socket.next('room.join')).ack({ ok: false, error: busy })
    const second = await socket.next('room.join')
    second.ack({ ok: false, error: { code: 'forbidden', message: 'Not any more.' } })
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
    expect(ended.mock.calls[0]?.[0]).toMatchObject({ reason: 'forbidden' })
  })
})

describe('commands', () => {
  test('an error ack is thrown as HubError', async () => {
    const { socket, room } = await joined()
    const said = room.caption('hello')
    ;(await socket.next('caption.push')).ack({
      ok: false,
      error: { code: 'muted', message: 'Until noon.', details: { until: 5 } },
    })
    await expect(said).rejects.toMatchObject({
      name: 'HubError',
      code: 'muted',
      details: { until: 5 },
    })
  })

  test('no answer in time is timed_out', async () => {
    const { room } = await joined({ timeoutMs: 20 })
    await expect(room.chat('anyone?')).rejects.toMatchObject({ code: 'timed_out' })
  })

  test('not_owner and draining are tried again with the same id', async () => {
    const { socket, room } = await joined()
    const said = room.chat('hello')
    const one = await socket.next('chat.send')
    one.ack({ ok: false, error: { code: 'not_owner', message: 'Moved.' } })
    const two = await socket.next('chat.send')
    two.ack({ ok: false, error: { code: 'draining', message: 'Stopping.' } })
    socket.cut(4009)
    socket.connect()
    ;(await socket.next('room.join')).ack({
      ok: true,
      epoch: 1,
      seq: 10,
      recovered: true,
      events: [],
    })
    const three = await socket.next('chat.send')
    three.ack({ ok: true, seq: 11 })
    expect(await said).toMatchObject({ seq: 11 })
    expect([two, three].map((sent) => sent.payload.id)).toEqual([one.payload.id, one.payload.id])
  })
})

describe('tokens', () => {
  const token = (exp: number) => `x.${btoa(JSON.stringify({ sub: 'ana', exp }))}.x`

  test('is renewed by auth.refresh before its end, and lost rooms end', async () => {
    vi.useFakeTimers({ now: 1_000_000 })
    try {
      const socket = fakeSocket()
      const lifetimes = [1_100, 1_200]
      const get = vi.fn(async () => token(lifetimes.shift() ?? 9_999))
      const hub = connectHub({ url: 'http://hub', token: get, openSocket: socket.open })
      const joining = hub.join('r')
      ;(await socket.next('room.join')).ack(fresh(10))
      const room = await joining
      expect(hub.userId).toBe('ana')
      await vi.advanceTimersByTimeAsync(79_000)
      expect(get).toHaveBeenCalledTimes(1)
      await vi.advanceTimersByTimeAsync(2_000)
      const { payload, ack } = await socket.next('auth.refresh')
      expect(payload.token).toBe(token(1_200))
      ack({ ok: true, rooms: { kept: [], lost: ['r'] } })
      await vi.advanceTimersByTimeAsync(0)
      expect(room.status).toBe('ended')
    } finally {
      vi.useRealTimers()
    }
  })

  test('a refused token is asked for anew when it can be', async () => {
    const socket = fakeSocket()
    const get = vi.fn(async () => token(9_999_999_999))
    connectHub({ url: 'http://hub', token: get, openSocket: socket.open })
    await vi.waitFor(() => expect(get).toHaveBeenCalledTimes(1))
    socket.cut(4001)
    socket.refuse('token_expired')
    await vi.waitFor(() => expect(get).toHaveBeenCalledTimes(2), 2_000)
  })

  test('a fixed one that is refused ends everything with the reason', async () => {
    const { socket, hub, room } = await joined()
    const failed = vi.fn()
    hub.on('failed', failed)
    socket.cut(4001)
    socket.refuse('token_expired')
    expect(failed.mock.calls[0]?.[0]).toMatchObject({ code: 'token_expired' })
    expect(room.status).toBe('ended')
    await expect(hub.join('other')).rejects.toMatchObject({ code: 'token_expired' })
  })
})
