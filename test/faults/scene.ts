import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Right, Workflow } from '#protocol'
import { type Checker, createChecker, type SeenEvent } from '../support/checker.ts'
import { createDatabaseOn } from '../support/database-server.ts'
import { freePort } from '../support/free-port.ts'
import { type HubOptions, startHub, type TestHub } from '../support/hub.ts'
import { type Random, seededRandom } from '../support/random.ts'
import { putJson, readLog } from '../support/rest.ts'
import { createPerson, type Person } from './person.ts'
import { startTalk, type Talk } from './talk.ts'

export interface SceneOptions {
  room: string
  /** Superuser's address of the Postgres to use. */
  postgres: string
  /** More of the hub's environment. */
  env?: HubOptions['env']
  /** A fresh one by default; removed at the end. */
  dataDir?: string
}

/** A hub process with a database and folder that outlive it, one room, and the people in it. */
export interface Scene {
  readonly room: string
  /** The process of now. */
  readonly hub: TestHub
  readonly databaseUrl: string
  readonly random: Random
  readonly checker: Checker
  readonly people: readonly Person[]
  /** In the room from now on, whatever happens; the first one, who owns the room, moderates. */
  enter(name: string, as?: 'participant' | 'watch'): Promise<Person>
  /** These people talk until they are stopped, each with pauses of up to `pauseMs`. */
  talk(people: readonly Person[], pauseMs: number): Talk
  /** As a moderator over REST. */
  setAgent(workflow: Workflow, config: { enabled: boolean }): Promise<void>
  /** Ends the process by a signal and starts another, on the same port, folder and database. */
  restart(signal: NodeJS.Signals): Promise<{ code: number | null; downMs: number }>
  /** Everyone has what the log has, and nothing promised is broken. Returns the log. */
  verify(): Promise<SeenEvent[]>
  end(): Promise<void>
}

export async function startScene(options: SceneOptions): Promise<Scene> {
  const { room, postgres, env = {} } = options
  const random = seededRandom()
  console.log(`seed ${random.seed}`)
  const database = await createDatabaseOn(postgres)
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'auralink-fault-')))
  const ofHub: HubOptions = { databaseUrl: database.url, dataDir, port: await freePort(), env }
  const checker = createChecker(random.seed)
  const people: Person[] = []
  let lines = 0
  let hub = await startHub(ofHub)

  const token = (name: string, rights: Right[]) => hub.token(name, { rooms: { [room]: rights } })

  return {
    room,
    get hub() {
      return hub
    },
    databaseUrl: database.url,
    random,
    checker,
    people,
    async enter(name, as = 'participant') {
      const first = people.length === 0
      const person = createPerson({
        ...{ name, as, room, checker },
        url: () => hub.url,
        token: await token(name, [first ? 'moderate' : 'join']),
      })
      people.push(person)
      await person.joined()
      return person
    },
    talk: (talkers, pauseMs) =>
      startTalk(talkers, pauseMs, random, () => {
        lines += 1
        return lines
      }),
    async setAgent(workflow, config) {
      const path = `/rooms/${encodeURIComponent(room)}/agents/${workflow}`
      await putJson(hub.url, await token('olga', ['moderate']), path, config)
    },
    async restart(signal) {
      const { code } = await hub.stop(signal)
      const from = performance.now()
      hub = await startHub(ofHub)
      return { code, downMs: performance.now() - from }
    },
    async verify() {
      for (;;) {
        const log = await readLog(hub.url, await token('olga', ['moderate']), room)
        await Promise.all(people.map((person) => person.reaches(log.length)))
        // something was said while it was read
        if (people.some(({ seq }) => seq > log.length)) continue
        checker.verify(log)
        return log
      }
    },
    async end() {
      await Promise.all(people.map((person) => person.leaves()))
      await hub.stop()
      await rm(dataDir, { recursive: true })
      await database.drop()
    },
  }
}
