import { expect, test, vi } from 'vitest'
import { fakeSocket, fresh } from './fake-socket.ts'
import { connectHub } from './index.ts'

/** A client that has joined rooms at seq 10, and the hub's end of its socket. */
async function joined(...names: string[]) {
  const socket = fakeSocket()
  const hub = connectHub({ url: 'http://hub', token: 'x.e30.x', openSocket: socket.open })
  const rooms = []
  for (const name of names) {
    const joining = hub.join(name)
    ;(await socket.next('room.join')).ack(fresh(10))
    rooms.push(await joining)
  }
  const [room] = rooms
  if (room === undefined) throw new Error('no room')
  const speaking = (userId: string, on: boolean) =>
    socket.push({
      ...{ room: 'r', epoch: 1, at: 0, type: 'participant.speaking' },
      actor: { id: userId, name: userId, kind: 'person' },
      data: { speaking: on },
    })
  return { socket, hub, room, rooms, speaking }
}

const samples = (length: number, value = 7) => new Int16Array(length).fill(value)

test('sound goes out in frames that the hub takes, once it hears', async () => {
  const { socket, room } = await joined('r')
  const opening = room.openMicrophone({ sampleRate: 16_000 })
  const start = await socket.next('audio.start')
  expect(start.payload).toEqual({ room: 'r', sample_rate: 16_000 })
  start.ack({ ok: true })
  const microphone = await opening
  expect(microphone.heard).toBe(true)

  const sound = samples(40_000)
  microphone.write(sound)
  sound.fill(0)
  expect(socket.frames.map((frame) => frame.byteLength)).toEqual([32_768, 32_768, 14_464])
  const [first] = socket.frames
  expect([first?.[0], first?.[1], first?.[2]]).toEqual([7, 0, 7])

  const closing = microphone.close()
  ;(await socket.next('audio.stop')).ack({ ok: true })
  await closing
  microphone.write(samples(10))
  expect(socket.frames).toHaveLength(3)
})

test('it is opened again after a cut, and what is said meanwhile is not sent later', async () => {
  const { socket, room } = await joined('r')
  const opening = room.openMicrophone({ sampleRate: 48_000 })
  ;(await socket.next('audio.start')).ack({ ok: true })
  const microphone = await opening
  socket.cut()
  microphone.write(samples(10))
  socket.connect()
  const rejoin = await socket.next('room.join')
  microphone.write(samples(10))
  rejoin.ack({ ok: true, epoch: 1, seq: 10, recovered: true, events: [] })
  const again = await socket.next('audio.start')
  expect(again.payload).toMatchObject({ sample_rate: 48_000 })
  microphone.write(samples(10))
  expect(socket.frames).toEqual([])
  again.ack({ ok: true })
  await vi.waitFor(() => expect(microphone.heard).toBe(true))
  microphone.write(samples(10))
  expect(socket.frames).toHaveLength(1)
})

test('a refusal is thrown, and one that comes later is told', async () => {
  const { socket, room } = await joined('r')
  const muted = { ok: false, error: { code: 'muted', message: 'A moderator muted you.' } }
  const refused = room.openMicrophone({ sampleRate: 16_000 })
  ;(await socket.next('audio.start')).ack(muted)
  await expect(refused).rejects.toMatchObject({ code: 'muted' })

  const onEnd = vi.fn()
  const opening = room.openMicrophone({ sampleRate: 16_000, onEnd })
  ;(await socket.next('audio.start')).ack({ ok: true })
  const microphone = await opening
  socket.cut()
  socket.connect()
  const rejoin = await socket.next('room.join')
  rejoin.ack({ ok: true, epoch: 1, seq: 10, recovered: true, events: [] })
  ;(await socket.next('audio.start')).ack(muted)
  await vi.waitFor(() => expect(onEnd).toHaveBeenCalledOnce())
  expect(onEnd.mock.calls[0]?.[0]).toMatchObject({ code: 'muted' })
  expect(microphone.heard).toBe(false)
})

test('another microphone, in whatever room, ends the one before', async () => {
  const { socket, rooms } = await joined('r', 'other')
  const onEnd = vi.fn()
  const first = rooms[0]?.openMicrophone({ sampleRate: 16_000, onEnd })
  ;(await socket.next('audio.start')).ack({ ok: true })
  const microphone = await first
  const second = rooms[1]?.openMicrophone({ sampleRate: 16_000 })
  // from this tick on, since the hub takes what comes for the other room
  microphone?.write(samples(10))
  expect(socket.frames).toEqual([])
  expect(onEnd.mock.calls[0]?.[0]).toMatchObject({ code: 'conflict' })
  const start = await socket.next('audio.start')
  expect(start.payload).toMatchObject({ room: 'other' })
  start.ack({ ok: true })
  expect((await second)?.heard).toBe(true)
})

test('it ends with its room', async () => {
  const { socket, room } = await joined('r')
  const onEnd = vi.fn()
  const opening = room.openMicrophone({ sampleRate: 16_000, onEnd })
  ;(await socket.next('audio.start')).ack({ ok: true })
  await opening
  const leaving = room.leave()
  ;(await socket.next('room.leave')).ack({ ok: true })
  await leaving
  expect(onEnd).toHaveBeenCalledOnce()
  await expect(room.openMicrophone({ sampleRate: 16_000 })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('the state knows who speaks, until they end, leave, or nobody can tell any more', async () => {
  const { socket, room, speaking } = await joined('r')
  speaking('ana', true)
  speaking('ben', true)
  speaking('ana', true)
  expect(room.speaking).toEqual(['ben', 'ana'])
  speaking('ben', false)
  expect(room.speaking).toEqual(['ana'])
  const system = { id: 'system', name: 'AuraLink', kind: 'system' } as const
  const delayed = (behind_ms: number) =>
    socket.push({
      ...{ room: 'r', epoch: 1, at: 0, type: 'transcription.delayed', actor: system },
      data: { behind_ms },
    })
  delayed(4_000)
  expect(room.state.transcriptBehindMs).toBe(4_000)
  delayed(0)
  expect(room.state.transcriptBehindMs).toBe(0)
  socket.cut()
  expect(room.speaking).toEqual([])
})
