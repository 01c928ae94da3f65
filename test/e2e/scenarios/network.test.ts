import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LiveRoom } from '#protocol/client'
import type { ConsolePage } from '../../support/console.ts'
import { readLog } from '../../support/rest.ts'
import { throttle } from '../../support/throttle.ts'
import { type Said, shownWords } from './feed.ts'
import { SOON, type Stage, startStage } from './stage.ts'

const MO = 'mo'
/** So high that all of a meeting is drawn at once. */
const HIGH = { width: 1280, height: 12_000 }
const SAID = ['transcript.final', 'chat.message', 'talkback.said']
const CUT = /The connection is cut|The hub restarts/

describe('a room over a bad network', { timeout: 120_000 }, () => {
  let stage: Stage
  let opened: ConsolePage

  beforeAll(async () => {
    stage = await startStage()
  }, 180_000)

  afterEach(async () => {
    expect(opened.wrong).toEqual([])
    await opened.page.context().close()
  })

  afterAll(() => stage?.end())

  test('a slow one: the page says so, and shows all that was said', async () => {
    const { room, say } = await meeting('over a slow line')
    const page = await watch(room)
    await say(10)
    await seesAll(page, room)
    const fast = await throttle(page, { latency: 6_000, bytesPerSecond: 2_000 })
    await banner(page, /The network is slow/).waitFor(SOON)
    await say(30)
    expect((await shownWords(page)).length).toBeLessThan(40)
    await fast()
    await banner(page, /The network is slow/).waitFor({ state: 'hidden', ...SOON })
    await say(3)
    await seesAll(page, room)
  })

  test('a cut one: the page says so, and catches up without a gap', async () => {
    const { room, say } = await meeting('through a tunnel')
    const page = await watch(room)
    await say(10)
    await seesAll(page, room)
    await page.context().setOffline(true)
    await banner(page, CUT).waitFor(SOON)
    await page.getByText('catching up …').waitFor(SOON)
    const before = (await shownWords(page)).length
    await say(40)
    expect(await shownWords(page)).toHaveLength(before)
    await page.context().setOffline(false)
    const back = page.getByRole('status').getByText(/Back: \d+ events caught up, none missing/)
    await back.waitFor(SOON)
    await banner(page, CUT).waitFor({ state: 'hidden', ...SOON })
    await say(3)
    await seesAll(page, room)
  })

  test('a hub killed in mid-meeting: the page says so, and nothing is missing or there twice', async () => {
    const { room, say } = await meeting('a power cut')
    const page = await watch(room)
    await say(10)
    await seesAll(page, room)
    // what is said right then is not acked yet, and said again by the client
    const last = say(5)
    const cut = banner(page, CUT).waitFor(SOON)
    await stage.crash()
    await cut
    // shown for a moment only, which may be over before the last turns are acked
    await Promise.all([banner(page, /Connected again/).waitFor(SOON), last])
    await say(5)
    await seesAll(page, room)
  })

  /** A room with two who speak in turn; `say` resolves when so many turns more are acked. */
  async function meeting(name: string) {
    await stage.make(MO, name)
    const people = [
      await stage.enter('ana', 'Ana', name),
      await stage.enter('ben', 'Ben', name),
    ] as const
    let turns = 0
    const say = async (count: number) => {
      for (let i = 0; i < count; i++) {
        turns += 1
        const who: LiveRoom = people[turns % 2 === 0 ? 0 : 1]
        await who.caption(`Turn ${turns}: the crane lifts block ${turns * 7}.`)
      }
    }
    return { room: name, say }
  }

  async function watch(room: string): Promise<Page> {
    const path = `#/rooms/${encodeURIComponent(room)}`
    opened = await stage.open(MO, { path, viewport: HIGH })
    await opened.page.getByRole('heading', { name: room, level: 1 }).waitFor(SOON)
    await opened.page.getByText('live', { exact: true }).waitFor(SOON)
    return opened.page
  }

  /** What the page shows is what REST has: in order, nothing missing, nothing twice. */
  async function seesAll(page: Page, room: string): Promise<void> {
    // read each time: agents may say something meanwhile
    await vi.waitFor(async () => {
      const log = await readLog(stage.hub.url, await stage.hub.token(MO), room)
      const said = log.flatMap(({ seq = 0, type, data = {} }): Said[] =>
        SAID.includes(type) && 'text' in data ? [{ seq, text: String(data.text) }] : [],
      )
      expect(said.length).toBeGreaterThan(9)
      expect(await shownWords(page)).toEqual(said)
    }, SOON)
  }
})

function banner(page: Page, text: RegExp) {
  return page.getByRole('status').filter({ hasText: text })
}
