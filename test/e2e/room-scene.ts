import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import type { Right } from '#protocol'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { launchBrowser } from '../support/browser.ts'
import { type ConsolePage, openConsole } from '../support/console.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { joinSpeaker, type Speaker } from '../support/speakers.ts'
import { dataDirWithSpeech } from '../support/speech-models.ts'
import { spoken } from '../support/spoken.ts'

export const SOON = { timeout: 20_000 }
/** Owns the rooms of these tests. */
const HOST = 'host'

type OpenOptions = Parameters<typeof openConsole>[2]

export interface RoomsOptions {
  /** What is said into the browser's microphone each time that it is opened. The hub hears it. */
  speech?: string
  /** It is said again and again, with pauses: what is said before a call is joined nobody hears. */
  again?: boolean
  /** The hub has a LiveKit server. */
  livekit?: boolean
}

/** A hub, a browser, and people who are in rooms without one. */
export function useRooms({ speech, again = false, livekit = false }: RoomsOptions = {}) {
  let hub: TestHub | undefined
  let server: LiveKitServer | undefined
  let folder: string | undefined
  let database: TestDatabase | undefined
  let browser: Browser | undefined
  const hubs: Hub[] = []
  const pages: ConsolePage[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    if (livekit) server = await startLiveKit()
    if (speech !== undefined) folder = await dataDirWithSpeech()
    hub = await startHub({
      databaseUrl: database.url,
      ...(server === undefined ? {} : { env: server.env }),
      ...(folder === undefined ? {} : { dataDir: folder }),
    })
    if (folder === undefined || speech === undefined) {
      browser = await launchBrowser()
      return
    }
    const wav = join(folder, 'speech.wav')
    await writeFile(wav, withPause(await spoken(speech)))
    browser = await launchBrowser({ speech: wav, again })
  }, 300_000)
  afterAll(async () => {
    for (const one of hubs) one.close()
    await browser?.close()
    await hub?.stop()
    await server?.stop()
    await database?.drop()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    // asked at the end, so that one that went wrong does not hide the others
    expect(pages.flatMap(({ wrong }) => wrong)).toEqual([])
  })

  const scene = {
    get hub() {
      if (hub === undefined) throw new Error('The hub runs in tests only.')
      return hub
    },
    /** Makes a room of the host's. */
    async make(room: string): Promise<void> {
      await scene.rest('/rooms', { method: 'POST', body: JSON.stringify({ name: room }) })
    },
    /** The host's REST call. */
    async rest(path: string, init: RequestInit = {}) {
      const token = await scene.hub.token(HOST)
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const answer = await fetch(`${scene.hub.url}/api/v1${path}`, { ...init, headers })
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return answer.status === 204 ? undefined : answer.json()
    },
    /** Someone in the room, without a browser. */
    async enter(room: string, name: string, rights: Right[] = ['join']): Promise<LiveRoom> {
      const token = await scene.hub.token(name.toLowerCase(), { name, rooms: { [room]: rights } })
      const client = connectHub({ url: scene.hub.url, token })
      hubs.push(client)
      return client.join(room)
    },
    /** Someone in the LiveKit room of that name, by LiveKit's client alone; the agents have come there, too. */
    async call(room: string, identity: string): Promise<Speaker> {
      if (browser === undefined || server === undefined)
        throw new Error('LiveKit runs in tests only, where they ask for it.')
      const speaker = await joinSpeaker(browser, server.url, await server.token(room, identity))
      const path = `/rooms/${encodeURIComponent(room)}`
      await vi.waitFor(async () => {
        expect(await scene.rest(path)).toMatchObject({ media: 'livekit' })
      }, SOON)
      return speaker
    },
    /** The room's page in a browser of its own. */
    async open(
      room: string,
      { user = HOST, at, url, ...options }: OpenOptions & OpenAs = {},
    ): Promise<Page> {
      if (browser === undefined) throw new Error('The browser runs in tests only.')
      const rooms = user === HOST ? {} : { rooms: { [room]: ['join' as const] } }
      const name = user === HOST ? 'Hana Host' : user
      const token = await scene.hub.token(user, { name, ...rooms })
      const opened = await openConsole(
        browser,
        { url: url ?? scene.hub.url },
        {
          ...{ token, ...options },
          path: `#/rooms/${encodeURIComponent(room)}${at === undefined ? '' : `?at=${at}`}`,
        },
      )
      pages.push(opened)
      await opened.page.getByRole('heading', { name: room, level: 1 }).waitFor(SOON)
      return opened.page
    },
  }
  return scene
}

interface OpenAs {
  user?: string
  at?: number
  /** Where the page comes from, when it is not the hub itself. */
  url?: string
}

export function transcript(page: Page): Locator {
  return page.getByRole('region', { name: 'Transcript' })
}

/** Opens a tab beside the conversation. */
export async function tab(page: Page, name: string): Promise<Locator> {
  await page.getByRole('tab', { name }).click()
  return page.getByRole('tabpanel')
}

/** A mono WAV file of 16 bits with silence at its end. */
function withPause(wav: Uint8Array, seconds = 6): Buffer {
  const header = Buffer.from(wav.subarray(0, 44))
  const samples = wav.subarray(44)
  const pause = Buffer.alloc(header.readUInt32LE(24) * 2 * seconds)
  header.writeUInt32LE(36 + samples.length + pause.length, 4)
  header.writeUInt32LE(samples.length + pause.length, 40)
  return Buffer.concat([header, samples, pause])
}
