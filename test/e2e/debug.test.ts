import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { axeProblems } from '../support/axe.ts'
import { launchBrowser } from '../support/browser.ts'
import { openConsole } from '../support/console.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const ROOM = 'harbour <b>standup</b>'
const SHOTS = new URL('../../.auralink/screenshots/', import.meta.url)

describe('the page at /debug, in Chromium', () => {
  let hub: TestHub
  let database: TestDatabase
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let ana: Hub
  let room: LiveRoom
  const wrong: string[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    hub = await startHub({ databaseUrl: database.url })
    browser = await launchBrowser()
    const token = await hub.token('ana', { name: 'Ana', rooms: { [ROOM]: ['join'] } })
    ana = connectHub({ url: hub.url, token })
    room = await ana.join(ROOM)
    for (let i = 0; i < 5; i++) await room.caption(`We ship part ${i} of it on Tuesday.`)
  }, 180_000)

  afterAll(async () => {
    ana?.close()
    await browser?.close()
    await hub?.stop()
    await database?.drop()
  })

  async function open(role: 'admin' | 'user', more: object = {}): Promise<Page> {
    await context?.close()
    context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...more })
    page = await context.newPage()
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
    await page.goto(`${hub.url}/debug#token=${await hub.token(role, { role, name: 'Lo' })}`)
    return page
  }

  test('who is not an admin is told so', async () => {
    await open('user')
    await page.getByRole('heading', { name: 'This page is for admins' }).waitFor()
    expect(await page.getByRole('table').count()).toBe(0)
    expect(await axeProblems(page)).toEqual([])
  })

  test('the console leads an admin to it, and says why rooms that are listed are not shown', async () => {
    const admin = await openConsole(browser, hub, {
      token: await hub.token('root', { role: 'admin' }),
    })
    await admin.page.getByRole('link', { name: ROOM }).click()
    await admin.page.getByText('only where its owner lets them').waitFor({ timeout: 20_000 })
    await admin.page.getByRole('link', { name: 'Operations' }).click()
    await admin.page
      .getByRole('heading', { name: 'Operations', level: 1 })
      .waitFor({ timeout: 20_000 })
    await admin.page.context().close()
  })

  test('an admin sees rooms, queues, lag, event loop and stages, and what changes', async () => {
    await open('admin')
    const rooms = page.getByRole('region', { name: 'Rooms', exact: true })
    const row = rooms.getByRole('row', { name: ROOM })
    await row.waitFor()
    expect(page.url()).toBe(`${hub.url}/debug`)
    expect(await page.getByText('Ready', { exact: true }).isVisible()).toBe(true)
    for (const name of ['Event loop', 'Log lag', 'Reader queues', 'Memory', 'Sockets'])
      expect(await page.getByText(name).first().isVisible(), name).toBe(true)
    const commit = page.getByRole('row', { name: 'Commit to Postgres' })
    expect(await commit.textContent()).toMatch(/\d ms/)
    expect(await commit.locator('rect').count()).toBeGreaterThan(2)

    const events = async () => Number(await row.getByRole('cell').nth(2).textContent())
    const before = await events()
    await room.caption('One more thing.')
    await expect.poll(events, { timeout: 15_000 }).toBeGreaterThan(before)
    expect(await page.locator('b', { hasText: 'standup' }).count()).toBe(0)
  })

  test('it is clean by axe in light, dark and on a phone, where nothing scrolls sideways', async () => {
    mkdirSync(SHOTS, { recursive: true })
    for (const [name, more] of [
      ['light', { colorScheme: 'light' }],
      ['dark', { colorScheme: 'dark' }],
      ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
    ] as const) {
      await open('admin', more)
      await page.getByRole('row', { name: ROOM }).waitFor()
      expect(await axeProblems(page), name).toEqual([])
      const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth
      expect(await page.evaluate(wide), name).toBe(false)
      await page.screenshot({ path: new URL(`debug-${name}.png`, SHOTS).pathname, fullPage: true })
    }
  })

  test('nothing went wrong on the page meanwhile', () => {
    expect(wrong).toEqual([])
  })
})
