import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { findBarriersInBoth } from '../support/axe.ts'
import { launchBrowser } from '../support/browser.ts'
import { goTo, openConsole } from '../support/console.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const ROOM = 'standup 🌿 / <img src=x onerror=alert(1)>'
const USER = 'local'
const SHOTS = fileURLToPath(new URL('../../.auralink/screenshots/', import.meta.url))
const SOON = { timeout: 20_000 }

describe('the first screen, in Chromium', () => {
  let hub: TestHub
  let database: TestDatabase
  let browser: Browser
  let page: Page
  let wrong: string[]
  let ana: Hub
  let room: LiveRoom

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true })
    database = await createTestDatabase()
    hub = await startHub({ databaseUrl: database.url })
    browser = await launchBrowser()
    ;({ page, wrong } = await openConsole(browser, hub, { token: await hub.token(USER) }))
  }, 180_000)

  afterAll(async () => {
    ana?.close()
    await browser?.close()
    await hub?.stop()
    await database?.drop()
  })

  test('who has no room yet is led to the sample meeting', async () => {
    await page.getByRole('heading', { name: 'See it work: play a meeting' }).waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
  })

  test('a room is made by its name, whatever is in it, and shown as text', async () => {
    await page.getByLabel('Room name').fill(`  ${ROOM} `)
    await page.getByRole('button', { name: 'Open room' }).click()
    await page.getByRole('heading', { name: ROOM, level: 1 }).waitFor(SOON)
    expect(page.url()).toBe(`${hub.url}/#/rooms/${encodeURIComponent(ROOM)}`)
    expect(await page.locator('img').count()).toBe(0)
    await page.getByRole('link', { name: 'Rooms' }).click()
    await page.getByRole('link', { name: ROOM }).waitFor(SOON)
  })

  test('a room that exists is opened all the same, and one of others is refused with words', async () => {
    await page.getByLabel('Room name').fill(ROOM)
    await page.getByRole('button', { name: 'Open room' }).click()
    await page.getByRole('heading', { name: ROOM, level: 1 }).waitFor(SOON)
    const other = connectHub({ url: hub.url, token: await hub.token('olga') })
    await other.join('of olga', { as: 'watch' })
    other.close()
    await goTo(page, '#/')
    await page.getByLabel('Room name').fill('of olga')
    await page.getByRole('button', { name: 'Open room' }).click()
    await page.getByText('You may not make or enter a room of this name.').waitFor(SOON)
  })

  test('who comes and speaks is seen within seconds', async () => {
    const token = await hub.token('ana', { name: 'Ana <b>', rooms: { [ROOM]: ['join'] } })
    ana = connectHub({ url: hub.url, token })
    room = await ana.join(ROOM)
    await room.caption('We decided to ship the orchard release on Tuesday.')
    const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: ROOM }) })
    await card.getByText('1 person').waitFor(SOON)
    await card.getByText('Moderation').waitFor(SOON)
    await card.getByText('1 turn/min').waitFor(SOON)
    await page.screenshot({ path: `${SHOTS}rooms.png` })
    expect(await findBarriersInBoth(page)).toEqual([])
  })

  test('who has more rooms than the list holds is told so', async () => {
    await page.route('**/api/v1/rooms?status=open*', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), next_cursor: 'more' } })
    })
    await page.getByText('Older ones are opened by name.').waitFor(SOON)
    await page.unroute('**/api/v1/rooms?status=open*')
    await page.getByText('Older ones').waitFor({ state: 'hidden', ...SOON })
  })

  test('a page that does not exist says so', async () => {
    await goTo(page, '#/nothing/here')
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
  })

  test('a closed room is found among the past ones by a part of its name', async () => {
    const owner = { authorization: `Bearer ${await hub.token(USER)}` }
    for (const name of ['Budget 100%', 'Planning', 'Party_planning'])
      for (const path of ['/rooms', `/rooms/${encodeURIComponent(name)}/close`])
        await fetch(`${hub.url}/api/v1${path}`, {
          method: 'POST',
          headers: { ...owner, 'content-type': 'application/json' },
          body: JSON.stringify({ name }),
        })
    await page.getByRole('link', { name: 'Past' }).click()
    await page.getByRole('row').nth(3).waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    await page.getByLabel('Search past rooms').fill('PLAN')
    await page.getByText('2 found').waitFor(SOON)
    await page.getByLabel('Search past rooms').fill('0%')
    await page.getByText('1 found').waitFor(SOON)
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(['Budget 100%'])
    await page.getByLabel('Search past rooms').fill('zebra')
    await page.getByRole('heading', { name: 'No past room has this in its name' }).waitFor(SOON)
    await page.getByLabel('Search past rooms').fill('budget')
    await page.getByRole('link', { name: 'Budget 100%' }).click()
    await page.getByRole('heading', { name: 'Budget 100%', level: 1 }).waitFor(SOON)
  })

  test('the colours are as the system has them until chosen, and the choice is kept', async () => {
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await scheme()).toBe('light dark')
    await page.getByRole('button', { name: 'Colours: system. Change to light' }).click()
    expect(await scheme()).toBe('light')
    await page.reload()
    await page.getByRole('button', { name: 'Colours: light. Change to dark' }).click()
    expect(await scheme()).toBe('dark')
    await page.getByRole('button', { name: 'Colours: dark. Change to system' }).click()
  })

  test('on a phone nothing is wider than the screen, and the places are at hand', async () => {
    const phone = await openConsole(browser, hub, {
      token: await hub.token(USER),
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    })
    for (const hash of ['#/', '#/desk', '#/past']) {
      await goTo(phone.page, hash)
      await phone.page.getByRole('heading', { level: 1 }).waitFor(SOON)
      const width = await phone.page.evaluate(() => document.documentElement.scrollWidth)
      expect({ hash, width }).toEqual({ hash, width: 390 })
    }
    await phone.page.getByRole('link', { name: 'Desk' }).click()
    expect(phone.page.url()).toContain('#/desk')
    expect(phone.wrong).toEqual([])
    await phone.page.context().close()
  })

  test('nothing went wrong on the page meanwhile, and its policy refused nothing', () => {
    expect(wrong).toEqual([])
  })
})
