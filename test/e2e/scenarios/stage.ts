import type { Browser, BrowserContextOptions } from 'playwright-core'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { launchBrowser } from '../../support/browser.ts'
import { type ConsolePage, openConsole } from '../../support/console.ts'
import { freePort } from '../../support/free-port.ts'
import { startHub, type TestHub } from '../../support/hub.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { putJson } from '../../support/rest.ts'

/** What is seen within this is seen soon enough for a test, ms. */
export const SOON = { timeout: 25_000 }

/** A hub, a browser, and people: the moderator in the browser, the others by the typed client. */
export interface Stage {
  readonly hub: TestHub
  readonly browser: Browser
  /** Opens the console as a user. */
  open(user: string, options?: BrowserContextOptions & { path?: string }): Promise<ConsolePage>
  /** Someone comes into a room, under their own name. */
  enter(user: string, name: string, room: string): Promise<LiveRoom>
  /** Makes a room, as its owner, who has a live view of it from then on. */
  make(owner: string, room: string): Promise<LiveRoom>
  /** Sets a room's agent, as its owner. */
  setAgent(owner: string, room: string, workflow: string, body: object): Promise<void>
  /** Kills the hub with SIGKILL and starts it again: same port, same database. */
  crash(): Promise<void>
  end(): Promise<void>
}

export async function startStage(): Promise<Stage> {
  const database = await createTestDatabase()
  let hub = await startHub({ databaseUrl: database.url, port: await freePort() })
  const browser = await launchBrowser()
  const hubs: Hub[] = []

  async function join(user: string, name: string, room: string, as: 'watch' | 'participant') {
    const rooms = as === 'watch' ? {} : { rooms: { [room]: ['join' as const] } }
    const connected = connectHub({ url: hub.url, token: await hub.token(user, { name, ...rooms }) })
    hubs.push(connected)
    return connected.join(room, { as, name })
  }

  return {
    get hub() {
      return hub
    },
    browser,
    open: async (user, options = {}) =>
      openConsole(browser, hub, { token: await hub.token(user, { name: user }), ...options }),
    enter: (user, name, room) => join(user, name, room, 'participant'),
    make: (owner, room) => join(owner, owner, room, 'watch'),
    setAgent: async (owner, room, workflow, body) => {
      const path = `/rooms/${encodeURIComponent(room)}/agents/${workflow}`
      await putJson(hub.url, await hub.token(owner), path, body)
    },
    crash: async () => {
      const { port, dataDir } = hub
      process.kill(hub.pid, 'SIGKILL')
      await hub.exited
      hub = await startHub({ databaseUrl: database.url, port, dataDir })
    },
    end: async () => {
      for (const one of hubs) one.close()
      await browser.close()
      await hub.stop()
      await database.drop()
    },
  }
}
