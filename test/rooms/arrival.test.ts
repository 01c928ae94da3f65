import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Room as RtcRoom } from '@livekit/rtc-node'
import { AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { listAudit, queries, tables } from '#db'
import { type Room, systemClock } from '#rooms'
import { type Arrival, type ArrivalOptions, createArrival } from '#rooms/arrival'
import { createFakeClock } from '../support/clock.ts'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

const database = useDatabase()
let livekit: LiveKitServer
let service: RoomServiceClient
let dispatches: AgentDispatchClient
/** Tells of what happens in LiveKit. */
const webhooks = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const { authorization } = request.headers
    for (const told of listening) void told(Buffer.concat(parts).toString(), authorization)
    response.end()
  })
})
const listening = new Set<Arrival['webhook']>()
let running: Setting[] = []

beforeAll(async () => {
  webhooks.listen(0, '127.0.0.1')
  await new Promise((resolve) => webhooks.once('listening', resolve))
  const { port } = webhooks.address() as AddressInfo
  livekit = await startLiveKit({ webhookUrl: `http://127.0.0.1:${port}` })
  const { url, apiKey, apiSecret } = livekit
  service = new RoomServiceClient(url.replace('ws', 'http'), apiKey, apiSecret)
  dispatches = new AgentDispatchClient(url.replace('ws', 'http'), apiKey, apiSecret)
}, 600_000)
afterAll(async () => {
  await livekit.stop()
  webhooks.close()
})
afterEach(async () => {
  listening.clear()
  for (const { stop } of running) await stop()
  for (const room of await service.listRooms()) await service.deleteRoom(room.name)
  await database.db.withSystem('test', (tx) => tx.delete(tables.arrivalRules))
  running = []
})

/** Media that says it is in the rooms: what arrival decides is seen, and how often. */
function createRecorder() {
  const inside = new Map<string, { room: Room; sid: string }>()
  const listeners = new Set<(room: Room, why: 'ended' | 'lost' | 'moved') => void>()
  const watching = new Set<() => void>()
  const entries: string[] = []
  const seen = () => {
    for (const look of watching) look()
  }
  return {
    entries,
    inside,
    async enter(room: Room, sid: string) {
      entries.push(room.name)
      inside.set(room.name, { room, sid })
      seen()
    },
    async leave(name: string) {
      inside.delete(name)
      seen()
    },
    onLeft(listener: (room: Room, why: 'ended' | 'lost' | 'moved') => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** The connection broke. */
    isOut(name: string) {
      const there = inside.get(name)
      inside.delete(name)
      if (there) for (const listener of listeners) listener(there.room, 'lost')
    },
    /** Resolves once it holds. */
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!holds()) return
          watching.delete(look)
          resolve()
        }
        watching.add(look)
        look()
      }),
    roomOf(name: string): Room {
      const there = inside.get(name)
      if (!there) throw new Error(`not in ${name}`)
      return there.room
    },
  }
}

interface Setting {
  node: TestNode
  media: ReturnType<typeof createRecorder>
  arrival: Arrival
  /** What was set of agents: room, workflow, what. */
  agents: unknown[]
  stop(): Promise<void>
}

/** A node that has registered with LiveKit. */
async function start(options: Partial<ArrivalOptions> = {}, clock = systemClock): Promise<Setting> {
  const node = await startNode(database.db)
  const media = createRecorder()
  const agents: unknown[] = []
  const { url, apiKey, apiSecret } = livekit
  let logged = (_: string) => {}
  const connected = new Promise<void>((resolve) => {
    logged = (line) => {
      if (line.includes('connected to LiveKit')) resolve()
    }
  })
  const arrival = createArrival(
    {
      livekit: { url, apiKey, apiSecret },
      db: database.db,
      rooms: node.rooms,
      bus: node.bus,
      media,
      setAgent: async (room, _, workflow, patch) => agents.push([room.name, workflow, patch]),
      identityIn: (room, userId) => `${room}:${userId}`,
      clock,
      log: pino({}, { write: (line: string) => logged(line) }),
    },
    { reconcileMs: 3_600_000, ...options },
  )
  let stopping: Promise<void> | undefined
  const setting = {
    ...{ node, media, arrival, agents },
    stop() {
      stopping ??= arrival.stop().then(() => node.rooms.stop(1_000))
      return stopping
    },
  }
  running = [...running, setting]
  arrival.start()
  await connected
  return setting
}

let rooms = 0
/** It stays, although nobody real is in it. */
const makeRoom = (name: string) => service.createRoom({ name, emptyTimeout: 300 })
const roomName = () => `arrival ${++rooms} \u{1F389}`

type RuleRow = Parameters<typeof queries.insertArrivalRule>[1]
const addRule = (rule: Partial<RuleRow> & { pattern: string }) =>
  database.db.withSystem('test', (tx) =>
    queries.insertArrivalRule(tx, {
      ...{ join: true, ownerId: null, agents: {}, settings: {}, createdAt: 1 },
      ...rule,
    }),
  )

test('LiveKit sends the agents into every room, and the operator owns what they make', async () => {
  // time stands still: nothing is looked for, so that a job alone can tell
  const { media, node } = await start({}, createFakeClock())
  const name = roomName()
  const { sid } = await makeRoom(name)
  await media.until(() => media.inside.has(name))
  const room = media.roomOf(name)
  expect(media.inside.get(name)?.sid).toBe(sid)
  expect([room.owner, room.name, node.rooms.live()]).toEqual(['local', name, [room]])
  // nobody asked for it, whoever owns it
  const { db } = database
  const [entry] = await db.withSystem('test', (tx) =>
    listAudit(tx, db.vault, { owner: 'local', limit: 1 }),
  )
  expect(entry).toMatchObject({ action: 'room.created', by: 'system', details: { room: name } })
})

test('they come by name and by a token, too, are in the room once, and go when they are called back', async () => {
  await addRule({ pattern: 'shy *', join: false })
  const { media } = await start()
  const name = `shy ${roomName()}`
  const { sid } = await makeRoom(name)
  const asked = [
    await dispatches.createDispatch(name, 'aura'),
    await dispatches.createDispatch(name, 'aura'),
  ]
  await media.until(() => media.inside.get(name)?.sid === sid)
  expect(media.entries).toEqual([name])
  for (const { id } of asked) await dispatches.deleteDispatch(id, name)
  await media.until(() => !media.inside.has(name))

  // a person's token asks for them
  const other = `shy ${roomName()}`
  const ann = new RtcRoom()
  const token = await livekit.token(other, 'ann', { agents: [{ agentName: 'aura' }] })
  await ann.connect(livekit.url, token, { autoSubscribe: false, dynacast: false })
  await media.until(() => media.inside.has(other))
  await ann.disconnect()
  expect(media.entries).toEqual([name, other])
})

test('jobs, webhooks and the comparison tell of a room, and the agents are in it once', async () => {
  const { media, arrival } = await start({ reconcileMs: 50 })
  const errors: unknown[] = []
  let hooks = 0
  listening.add((body, authorization) => {
    hooks++
    return arrival.webhook(body, authorization).catch((error) => {
      errors.push(error)
    })
  })
  const names = Array.from({ length: 12 }, roomName)
  await Promise.all(names.map((name) => makeRoom(name)))
  await media.until(() => names.every((name) => media.inside.has(name)))
  await vi.waitFor(() => expect(hooks).toBeGreaterThanOrEqual(names.length))
  expect(media.entries.toSorted()).toEqual(names.toSorted())
  expect(errors).toEqual([])

  // the room is over, and another of its name is another
  const [name = ''] = names
  const before = media.inside.get(name)?.sid
  await service.deleteRoom(name)
  await media.until(() => !media.inside.has(name))
  const { sid } = await makeRoom(name)
  await media.until(() => media.inside.get(name)?.sid === sid)
  expect(sid).not.toBe(before)
})

test('rooms that are older than the node are found; who was sent out stays out, also after a restart', async () => {
  await addRule({ pattern: 'closed *', join: false })
  const [open, left, closed] = [roomName(), roomName(), `closed ${roomName()}`]
  for (const name of [open, left, closed]) await makeRoom(name)
  const first = await start()
  await first.media.until(() => first.media.inside.size === 2)
  await first.arrival.dismiss(first.media.roomOf(left), person('local'))
  expect([...first.media.inside.keys()]).toEqual([open])
  // a moderator ended it: agents do not come back to it by themselves
  await first.media.roomOf(open).close('closed')
  await first.media.until(() => first.media.inside.size === 0)
  await first.stop()

  const third = roomName()
  await makeRoom(third)
  const second = await start({ reconcileMs: 50 })
  await second.media.until(() => second.media.inside.has(third))
  expect(second.media.entries).toEqual([third])
  // somebody asks for them again
  const room = await second.node.rooms.get(left, person('local'))
  expect(await second.arrival.dispatch(room, person('local'))).toEqual({
    sid: (await service.listRooms([left]))[0]?.sid,
  })
  expect(second.media.entries).toEqual([third, left])
})

test('a node takes as many rooms as it may, and the others when there is a place', async () => {
  const { media, arrival, node } = await start({ capacity: 2, reconcileMs: 50 })
  const names = Array.from({ length: 6 }, roomName)
  await Promise.all(names.map((name) => makeRoom(name)))
  await media.until(() => media.inside.size === 2)
  const waiting = names.filter((name) => !media.inside.has(name))
  const room = await node.rooms.create(person('ann'), `${roomName()} `, {})
  expect(await refusal(arrival.dispatch(room, person('ann')))).toBe('conflict')
  await service.deleteRoom(room.name)
  for (let taken = 2; taken < names.length; taken++) {
    const [over = ''] = media.inside.keys()
    await service.deleteRoom(over)
    await media.until(() => media.entries.length === taken + 1)
    expect(media.inside.size).toBeLessThanOrEqual(2)
  }
  expect(media.entries.slice(2).toSorted()).toEqual(waiting.toSorted())
})

test('a rule says who owns a room, how it is set and which agents it has; the first that fits counts', async () => {
  await addRule({ pattern: '*', ownerId: 'olga' })
  await addRule({
    ...{ pattern: 'team *', position: 0, ownerId: 'tea', settings: { voice: false } },
    agents: { moderation: { enabled: false }, qa: { name: 'Ada' } },
  })
  const { media, agents, node } = await start()
  const [team, other, taken] = [`team ${roomName()}`, roomName(), roomName()]
  await node.rooms.create(person('ben'), taken, {})
  for (const name of [taken, team, other]) await makeRoom(name)
  await media.until(() => media.inside.size === 2)
  const ofTeam = media.roomOf(team)
  expect([ofTeam.owner, ofTeam.settings.voice]).toEqual(['tea', false])
  expect(agents).toEqual([
    [team, 'moderation', { enabled: false }],
    [team, 'qa', { name: 'Ada' }],
  ])
  expect([media.roomOf(other).owner, media.roomOf(other).settings.voice]).toEqual(['olga', true])
  // somebody else owns the room of this name: its words are not for them
  expect(media.entries).not.toContain(taken)
})

test('LiveKit goes and comes back; rooms that were lost are entered again', async () => {
  const { media } = await start({ reconcileMs: 60_000 })
  const name = roomName()
  await makeRoom(name)
  await media.until(() => media.inside.has(name))
  await livekit.down()
  media.isOut(name)
  await livekit.up()
  const { sid } = await makeRoom(name)
  await media.until(() => media.inside.get(name)?.sid === sid)
  const other = roomName()
  await makeRoom(other)
  await media.until(() => media.inside.has(other))
  expect(media.entries).toEqual([name, name, other])
}, 60_000)
