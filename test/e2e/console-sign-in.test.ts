import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { findBarriersInBoth } from '../support/axe.ts'
import { launchBrowser } from '../support/browser.ts'
import { type ConsolePage, goTo, openConsole } from '../support/console.ts'
import { freePort } from '../support/free-port.ts'
import { signToken, startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const SOON = { timeout: 20_000 }

describe('signing in, in Chromium', () => {
  let hub: TestHub
  let database: TestDatabase
  let browser: Browser
  const opened: ConsolePage[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    hub = await startHub({ databaseUrl: database.url })
    browser = await launchBrowser()
  }, 180_000)

  afterEach(async () => {
    for (const { page, wrong } of opened.splice(0)) {
      expect(wrong).toEqual([])
      await page.context().close()
    }
  })

  afterAll(async () => {
    await browser?.close()
    await hub?.stop()
    await database?.drop()
  })

  async function open(token?: string): Promise<Page> {
    const one = await openConsole(browser, hub, token === undefined ? {} : { token })
    opened.push(one)
    return one.page
  }
  const rooms = (page: Page) => page.getByRole('heading', { name: 'Rooms', level: 1 })
  const paste = async (page: Page, text: string) => {
    await page.getByLabel('Sign-in link or token').fill(text)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  test('the link signs in, the token leaves the address, and a reload keeps it', async () => {
    const page = await open(await hub.token('lo', { name: 'Lo <i>' }))
    await rooms(page).waitFor(SOON)
    expect(page.url()).not.toContain('token')
    await page.getByText('Lo <i>', { exact: true }).waitFor()
    await page.reload()
    await rooms(page).waitFor(SOON)
  })

  test('a token or a whole link can be pasted; what is wrong with one is said', async () => {
    const page = await open()
    expect(await findBarriersInBoth(page)).toEqual([])
    const problem = page.getByRole('alert')
    await paste(page, 'let me in')
    await problem.getByText('This is no token.').waitFor(SOON)
    await paste(page, `${(await hub.token('lo')).slice(0, -3)}🌿`)
    await problem.getByText('This is no token.').waitFor(SOON)
    await paste(page, await hub.token('lo', { expiresAt: Date.now() - 60_000 }))
    await problem.getByText('This token ended at').waitFor(SOON)
    await paste(page, await signToken('lo', {}, 'another secret that this hub does not know'))
    await problem.getByText('The hub does not accept this token').waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    await paste(page, `${hub.url}/#token=${await hub.token('lo')}`)
    await rooms(page).waitFor(SOON)
  })

  test('a hub that is away while one signs in is asked again', async () => {
    const page = await open(await hub.token('lo'))
    await rooms(page).waitFor(SOON)
    await page.route('**/api/v1/rooms?limit=1', (route) => route.abort())
    await page.reload()
    await page.getByText('The hub cannot be reached.').waitFor(SOON)
    await page.unroute('**/api/v1/rooms?limit=1')
    await rooms(page).waitFor(SOON)
  })

  test('who signs out is out, also after a reload', async () => {
    const page = await open(await hub.token('lo'))
    await rooms(page).waitFor(SOON)
    await page.getByLabel('Room name').fill('what is left')
    await page.getByRole('button', { name: 'Open room' }).click()
    await page.getByRole('tab', { name: 'Agents' }).click(SOON)
    await page.getByRole('button', { name: 'Change the room’s privacy' }).click(SOON)
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    const told = page.getByText('The room’s privacy is set.')
    await told.waitFor(SOON)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Sign-in link or token').waitFor(SOON)
    expect(await told.count(), 'what one was told is left for the next').toBe(0)
    await page.getByRole('heading', { name: 'Sign in to your rooms' }).waitFor(SOON)
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in to your rooms' }).waitFor(SOON)
  })

  test('a token that ends is asked for again, and what was typed stays', async () => {
    const page = await open(await hub.token('lo', { expiresAt: Date.now() + 6_000 }))
    await rooms(page).waitFor(SOON)
    await page.getByLabel('Room name').fill('half a na')
    const again = page.getByRole('dialog', { name: 'Sign in again' })
    await again.waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    // a browser closes a dialog at the second or third, whatever the page says
    for (let i = 0; i < 4; i++) await page.keyboard.press('Escape')
    await paste(page, await hub.token('lo'))
    await again.waitFor({ state: 'hidden', ...SOON })
    expect(await page.getByLabel('Room name').inputValue()).toBe('half a na')
    // the connection too has taken the new token: the desk is answered over it
    await page.getByRole('link', { name: 'Desk' }).click()
    await page.getByText('All clear.').waitFor(SOON)
  })

  test('a network that is cut is told of, and so is that it is back', async () => {
    const page = await open(await hub.token('lo'))
    await rooms(page).waitFor(SOON)
    // however far down a long page is scrolled
    await goTo(page, '#/data')
    await page.getByRole('heading', { name: 'What was done with your things' }).waitFor(SOON)
    await page.mouse.wheel(0, 5_000)
    await page.waitForFunction(() => scrollY > 200)
    await page.context().setOffline(true)
    const cut = page.getByText('The connection is cut.')
    await cut.waitFor(SOON)
    expect((await cut.boundingBox())?.y).toBeGreaterThanOrEqual(0)
    expect(await findBarriersInBoth(page)).toEqual([])
    await page.context().setOffline(false)
    await cut.waitFor({ state: 'hidden', ...SOON })
  })

  test('a slow network is told of, for as long as it is', async () => {
    const page = await open(await hub.token('lo'))
    await rooms(page).waitFor(SOON)
    let letThrough = () => {}
    const held = new Promise<void>((resolve) => {
      letThrough = resolve
    })
    await page.route('**/api/v1/rooms?*', async (route) => {
      await held
      await route.continue()
    })
    const slow = page.getByRole('status').getByText('The network is slow')
    await slow.waitFor(SOON)
    letThrough()
    await slow.waitFor({ state: 'hidden', ...SOON })
  })

  test('a hub that restarts is waited for, and the page goes on by itself', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'auralink-restart-'))
    const other = await createTestDatabase()
    const options = { databaseUrl: other.url, dataDir, port: await freePort() }
    const first = await startHub(options)
    const token = await first.token('lo')
    const { page, wrong } = await openConsole(browser, first, { token, path: '#/desk' })
    await page.getByText('All clear.').waitFor(SOON)
    await first.stop()
    await page.getByText(/The hub restarts|The connection is cut/).waitFor(SOON)
    const second = await startHub(options)
    await page.getByText('Connected again.').waitFor({ timeout: 60_000 })
    await page.getByRole('link', { name: 'Rooms' }).click()
    await rooms(page).waitFor(SOON)
    expect(wrong).toEqual([])
    await page.context().close()
    await second.stop()
    await other.drop()
    await rm(dataDir, { recursive: true, force: true })
  }, 120_000)
})
