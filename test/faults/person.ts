import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CommandInput,
  type CommandName,
  type DurableType,
  HubError,
  type RoomEventOf,
  type WireEvent,
} from '#protocol'
import type { Checker } from '../support/checker.ts'
import { connectRaw, type Outcome, type RawClient } from '../support/raw-client.ts'

/** Refusals that say nothing about whether the command was or will be done: it is sent again. */
const OPEN = new Set(['degraded', 'draining', 'not_owner', 'internal', 'timed_out', 'rate_limited'])

export interface PersonOptions {
  /** User id, and the checker's name for this reader. */
  name: string
  /** Asked at each connection: a hub may come back on another port. */
  url: () => string
  token: string
  room: string
  as: 'participant' | 'watch'
  checker: Checker
  onEvent?: (event: WireEvent) => void
}

/**
 * Someone in a room through thick and thin: connects again by itself, resumes by seq, sends what was not
 * acked again under the same id. Tells the checker all that it sees.
 */
export interface Person {
  /** The last seq that it has, without a gap. */
  readonly seq: number
  /** Everything that it has got, durable and not, in order of arrival. */
  readonly events: readonly WireEvent[]
  /** The raw connection of now, for faults. */
  readonly connection: RawClient | undefined
  /** A final line: resolves at the ack, or with the code of a refusal. */
  says(text: string): Promise<'ok' | string>
  chats(text: string): Promise<'ok' | string>
  /** Any command, sent again until it is answered; rejects with HubError when refused. */
  does<N extends CommandName>(
    name: N,
    payload: CommandInput<N>,
  ): Promise<Extract<Outcome<N>, { ok: true }>>
  /** Resolves once an event fits, of those it has got and of those to come. */
  until(fits: (event: WireEvent) => boolean, what: string, withinMs?: number): Promise<WireEvent>
  /** Resolves once everything up to a seq is there. */
  reaches(seq: number, withinMs?: number): Promise<void>
  /** Resolves while it is in the room. */
  joined(): Promise<void>
  /** Is cut off, and stays away until the returned function is called. */
  goesAway(): () => void
  /** For good. */
  leaves(): Promise<void>
}

export function createPerson(options: PersonOptions): Person {
  const { name, url, token, room, as, checker } = options
  const events: WireEvent[] = []
  const watchers = new Set<() => void>()
  let at: { epoch: number; seq: number } | undefined
  let connection: RawClient | undefined
  let joined = false
  let absence: Promise<void> | undefined
  let gone = false
  let commands = 0
  const done = live()

  /** Connect, join, resume, read; and again. */
  async function live(): Promise<void> {
    while (!gone) {
      try {
        await visit()
      } catch (error) {
        if (!(error instanceof Error)) throw error
      }
      joined = false
      await absence
      if (!gone) await sleep(30)
    }
  }

  async function visit(): Promise<void> {
    const since = at
    let buffer: WireEvent[] | undefined = []
    connection = await connectRaw({ url: url(), token, onEvent: arrive, timeoutMs: 5_000 })
    checker.connected(name)
    const here = connection
    const ack = await here.emit('room.join', {
      room,
      as,
      name,
      ...(since === undefined ? {} : { since }),
    })
    if (!ack.ok) {
      here.cut()
      await here.closed
      return
    }
    checker.joined(name, since, ack)
    if (ack.recovered && since) {
      take(ack.events)
      while ((at?.seq ?? 0) < ack.seq) {
        const page = await here.emit('room.history', { room, after: at?.seq ?? 0 })
        if (!page.ok) throw new HubError(page.error.code, page.error.message)
        const part = page.events.filter((event) => event.seq <= ack.seq)
        checker.paged(name, part)
        take(part)
      }
    } else {
      at = { epoch: ack.epoch, seq: ack.seq }
    }
    const early = buffer
    buffer = undefined
    joined = true
    take(early)
    wake()
    await here.closed

    function arrive(event: WireEvent) {
      checker.live(name, event)
      if (buffer) buffer.push(event)
      else take([event])
    }
  }

  function take(more: readonly WireEvent[]) {
    for (const event of more) {
      if ('seq' in event) at = { epoch: event.epoch, seq: event.seq }
      events.push(event)
      options.onEvent?.(event)
    }
    if (more.length > 0) wake()
  }

  function wake() {
    for (const watcher of [...watchers]) watcher()
  }

  function wait<T>(find: () => T | undefined, what: string, withinMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(look)
        reject(new Error(`${name} in ${room}: never came: ${what} (is at ${at?.seq})`))
      }, withinMs)
      const look = () => {
        const found = find()
        if (found === undefined) return
        clearTimeout(timer)
        watchers.delete(look)
        resolve(found)
      }
      watchers.add(look)
      look()
    })
  }

  /** One attempt; undefined when its outcome is not known. */
  async function attempt<N extends CommandName>(command: N, payload: CommandInput<N>) {
    await wait(() => (joined ? true : undefined), 'the connection', 60_000)
    try {
      return await connection?.emit(command, payload)
    } catch {
      return undefined
    }
  }

  async function send<N extends 'caption.push' | 'chat.send'>(
    command: N,
    payload: CommandInput<N>,
  ): Promise<string> {
    const sent = checker.sent(name, payload.text)
    for (;;) {
      const ack = await attempt(command, payload)
      if (ack?.ok) {
        sent.ok(ack.seq)
        return 'ok'
      }
      if (ack && !OPEN.has(ack.error.code)) {
        sent.refused(ack.error.code)
        return ack.error.code
      }
      sent.unknown()
      if (gone) return 'gone'
      await sleep(50)
    }
  }

  const nextId = () => {
    commands += 1
    return `${name}-${commands}`
  }

  return {
    get seq() {
      return at?.seq ?? 0
    },
    events,
    get connection() {
      return connection
    },
    says(text) {
      const id = nextId()
      return send('caption.push', { room, id, segment: id, text, final: true })
    },
    chats: (text) => send('chat.send', { room, id: nextId(), text }),
    async does(command, payload) {
      const withId = { id: nextId(), ...payload }
      for (;;) {
        const ack = await attempt(command, withId)
        if (ack?.ok) return ack as Extract<typeof ack, { ok: true }>
        if (ack && !OPEN.has(ack.error.code)) throw new HubError(ack.error.code, ack.error.message)
        await sleep(50)
      }
    },
    until(fits: (event: WireEvent) => boolean, what: string, withinMs = 15_000) {
      let looked = 0
      const find = () => {
        while (looked < events.length) {
          const event = events[looked]
          if (event && fits(event)) return event
          looked += 1
        }
        return undefined
      }
      return wait(find, what, withinMs)
    },
    async reaches(seq, withinMs = 15_000) {
      await wait(() => (at && at.seq >= seq ? true : undefined), `seq ${seq}`, withinMs)
    },
    async joined() {
      await wait(() => (joined ? true : undefined), 'the join', 15_000)
    },
    goesAway() {
      let comeBack = () => {}
      absence = new Promise((resolve) => {
        comeBack = resolve
      })
      connection?.cut()
      return comeBack
    },
    async leaves() {
      gone = true
      connection?.cut()
      await done
    },
  }
}

/** Whether it is a committed event of a type, whole. */
export function isEvent<T extends DurableType>(event: WireEvent, type: T): event is RoomEventOf<T> {
  return event.type === type && 'seq' in event
}
