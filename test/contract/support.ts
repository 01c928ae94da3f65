import { afterAll, beforeAll } from 'vitest'
import type { WireError, WireEvent } from '#protocol'
import { type HubOptions, startHub, type TestHub, type TokenClaims } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'

/** A connected person with everything that arrived. */
export interface Person extends RawClient {
  userId: string
  events: WireEvent[]
  /** Frames with acks, as they came. */
  acks: string[]
  /** The first event, of those that came or will come, for which it holds. */
  until(what: (event: WireEvent) => boolean, withinMs?: number): Promise<WireEvent>
}

export interface Setting {
  hub: TestHub
  database: TestDatabase
  connect(userId: string, claims?: TokenClaims): Promise<Person>
  /** A name that no other test uses. */
  roomName(): string
  rest(path: string, request?: RestRequest): Promise<RestAnswer>
}

interface RestRequest {
  as?: string
  claims?: TokenClaims
  token?: string
  method?: string
  body?: unknown
  headers?: Record<string, string>
}

export interface RestAnswer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  body: any
}

/**
 * One hub on a database of its own for the tests of a file.
 *
 * @param options may be a function, for what only an earlier `beforeAll` of the file knows
 */
export function useHub(options: HubOptions | (() => HubOptions) = {}): Setting {
  const people: Person[] = []
  let hub: TestHub | undefined
  let database: TestDatabase | undefined
  let rooms = 0

  beforeAll(async () => {
    database = await createTestDatabase()
    const given = typeof options === 'function' ? options() : options
    hub = await startHub({ databaseUrl: database.url, ...given })
  })
  afterAll(async () => {
    for (const person of people) person.cut()
    await hub?.stop()
    await database?.drop()
  })

  const setting: Setting = {
    get hub() {
      if (!hub) throw new Error('the hub runs in tests only')
      return hub
    },
    get database() {
      if (!database) throw new Error('the database is there in tests only')
      return database
    },
    async connect(userId, claims) {
      const token = await setting.hub.token(userId, claims)
      const person = await connectPerson(setting.hub.url, userId, token)
      people.push(person)
      return person
    },
    roomName: () => `room ${++rooms}`,
    rest: async (path, request = {}) => callRest(setting.hub, path, request),
  }
  return setting
}

export async function connectPerson(url: string, userId: string, token: string): Promise<Person> {
  const events: WireEvent[] = []
  const acks: string[] = []
  const waiting = new Set<(event: WireEvent) => void>()
  const client = await connectRaw({
    url,
    token,
    onFrame(frame) {
      if (frame.startsWith('43')) acks.push(frame)
      return false
    },
    onEvent(event) {
      events.push(event)
      for (const look of waiting) look(event)
    },
  })
  return Object.assign(client, {
    userId,
    events,
    acks,
    until(what: (event: WireEvent) => boolean, withinMs = 10_000) {
      const there = events.find(what)
      if (there) return Promise.resolve(there)
      return new Promise<WireEvent>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          const types = events.map((event) => event.type).join(', ')
          reject(new Error(`${userId} did not get that event; it got: ${types}`))
        }, withinMs)
        const look = (event: WireEvent) => {
          if (!what(event)) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(event)
        }
        waiting.add(look)
      })
    },
  })
}

async function callRest(
  hub: TestHub,
  path: string,
  { as, claims, token, method = 'GET', body, headers = {} }: RestRequest,
): Promise<RestAnswer> {
  const bearer = token ?? (as === undefined ? undefined : await hub.token(as, claims))
  const response = await fetch(`${hub.url}${path}`, {
    method,
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

/** The error in a refused command's ack. */
export function errorOf(outcome: unknown): WireError {
  if (typeof outcome === 'object' && outcome !== null && 'error' in outcome)
    return outcome.error as WireError
  throw new Error(`was not refused: ${JSON.stringify(outcome)}`)
}

/** The ack of a command that went well. */
export function good<T extends { ok: boolean }>(outcome: T): Extract<T, { ok: true }> {
  if (!outcome.ok) throw new Error(`was refused: ${JSON.stringify(outcome)}`)
  return outcome as Extract<T, { ok: true }>
}
