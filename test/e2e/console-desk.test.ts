import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseView } from '#protocol'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { findBarriersInBoth } from '../support/axe.ts'
import { launchBrowser } from '../support/browser.ts'
import { openConsole } from '../support/console.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const ROOMS = ['support / floor', 'town hall 🏛']
const INSULT = 'You are a useless idiot, and everybody here knows it.'
const THREAT = 'I am going to kill you, Lena.'
const SHOTS = fileURLToPath(new URL('../../.auralink/screenshots/', import.meta.url))
const SOON = { timeout: 20_000 }

describe('the desk, by keyboard, in Chromium', () => {
  let hub: TestHub
  let database: TestDatabase
  let browser: Browser
  let page: Page
  let wrong: string[]
  const hubs: Hub[] = []

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true })
    database = await createTestDatabase()
    hub = await startHub({ databaseUrl: database.url })
    browser = await launchBrowser()
    for (const name of ROOMS) {
      await rest('POST', '/rooms', { name })
      const settings = { waits: ['warn', 'mute', 'remove'] }
      await rest('PUT', `/rooms/${encodeURIComponent(name)}/agents/moderation`, { settings })
    }
    await rest('PUT', `/rooms/${encodeURIComponent(ROOMS[1] ?? '')}/members/mona`, {
      rights: ['moderate'],
    })
    const token = await hub.token('owner', { name: 'Olga Owner' })
    ;({ page, wrong } = await openConsole(browser, hub, { token, path: '#/desk' }))
    await page.getByText('All clear.').waitFor(SOON)
  }, 180_000)

  afterAll(async () => {
    for (const one of hubs) one.close()
    await browser?.close()
    await hub?.stop()
    await database?.drop()
  })

  async function rest<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${hub.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await hub.token('owner')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as T
  }

  async function say(room: string, name: string, ...texts: string[]): Promise<LiveRoom> {
    const token = await hub.token(`u-${name}`, { name, rooms: { [room]: ['join'] } })
    const one = connectHub({ url: hub.url, token })
    hubs.push(one)
    const live = await one.join(room)
    for (const text of texts) await live.caption(text)
    return live
  }

  async function caseOf(name: string): Promise<CaseView | undefined> {
    const pages = await Promise.all(
      ROOMS.map((room) =>
        rest<{ items: CaseView[] }>('GET', `/rooms/${encodeURIComponent(room)}/cases`),
      ),
    )
    return pages.flatMap(({ items }) => items).find((one) => one.target === `u-${name}`)
  }

  const row = (list: 'Waiting' | 'Decided', name: string) =>
    page.getByRole('region', { name: list }).getByRole('button', { name })
  const shown = (name: string) => page.getByRole('article', { name: `Case of ${name}` })
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')

  test('cases of all rooms come by themselves, the gravest first, then who waits longest', async () => {
    await say(ROOMS[0] ?? '', 'Owen', 'The refund tool is down again.', INSULT)
    await row('Waiting', 'Owen').waitFor(SOON)
    await say(ROOMS[1] ?? '', 'Nils', INSULT)
    await row('Waiting', 'Nils').waitFor(SOON)
    await say(ROOMS[1] ?? '', 'Rick', 'We wait for an answer.', THREAT, 'Goodbye.')
    await row('Waiting', 'Rick').waitFor(SOON)
    const names = await page
      .getByRole('region', { name: 'Waiting' })
      .locator('strong')
      .allTextContents()
    expect(names).toEqual(['Rick', 'Owen', 'Nils'])
    await page.getByRole('link', { name: 'Desk 3 waiting' }).waitFor()
    await page
      .getByRole('status')
      .filter({ hasText: 'New case: Rick' })
      .waitFor({ state: 'attached' })
    // what was shown first stays shown, though a graver one has come
    await shown('Owen').waitFor()
  })

  test('the case shows what was said around its evidence, scores, and when it expires', async () => {
    await page.keyboard.press('k')
    await shown('Rick').waitFor(SOON)
    expect(await focused()).toContain('Rick')
    const evidence = shown('Rick').locator('.cited')
    await evidence.getByText(THREAT).waitFor(SOON)
    expect(await evidence.count()).toBe(1)
    await shown('Rick').getByText('We wait for an answer.').waitFor()
    await shown('Rick').getByText('then it is dropped').waitFor()
    await shown('Rick')
      .getByText(/threat/i)
      .first()
      .waitFor()
    await page.screenshot({ path: `${SHOTS}desk.png` })
    expect(await findBarriersInBoth(page)).toEqual([])
  })

  test('a claim is seen by the other moderators', async () => {
    const mona = await openConsole(browser, hub, {
      token: await hub.token('mona'),
      path: '#/desk',
    })
    await mona.page.getByRole('article', { name: 'Case of Rick' }).waitFor(SOON)
    await page.keyboard.press('c')
    await shown('Rick').getByRole('button', { name: 'Claim', pressed: true }).waitFor(SOON)
    await mona.page.getByText('owner is at this case.').waitFor(SOON)
    // a room that mona does not moderate is not hers to decide
    expect(await mona.page.getByRole('button', { name: 'Owen' }).count()).toBe(0)
    expect(mona.wrong).toEqual([])
    await mona.page.context().close()
  })

  test('a approves what is proposed, and the next case is at hand', async () => {
    await page.keyboard.press('a')
    await row('Decided', 'Rick').waitFor(SOON)
    await expect.poll(async () => (await caseOf('Rick'))?.status, SOON).toBe('approved')
    await shown('Owen').waitFor()
    await expect.poll(focused, SOON).toContain('Owen')
    await page.getByText('2 cases wait. Owen is next.').waitFor(SOON)
    const news = page.getByRole('status').filter({ hasText: 'New case: Rick' })
    await news.waitFor({ state: 'detached', ...SOON })
  })

  test('u undoes the last decision', async () => {
    await page.keyboard.press('u')
    await expect.poll(async () => (await caseOf('Rick'))?.status, SOON).toBe('undone')
    await row('Decided', 'Rick').getByText('Undone by owner').waitFor(SOON)
  })

  test('e changes the action and its length before it is approved', async () => {
    await row('Waiting', 'Owen').click()
    await page.keyboard.press('e')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Mute' }).check()
    await dialog.getByLabel('Minutes').fill('7')
    expect(await findBarriersInBoth(page)).toEqual([])
    await page.keyboard.press('Enter')
    await expect
      .poll(() => caseOf('Owen'), SOON)
      .toMatchObject({ status: 'approved', action: 'mute', minutes: 7 })
    await row('Decided', 'Owen').getByText('Mute for 7 min').waitFor(SOON)
    await expect.poll(focused, SOON).toContain('Nils')
  })

  test('r rejects, and when nothing is left that is said and shown', async () => {
    await page.keyboard.press('r')
    await expect.poll(async () => (await caseOf('Nils'))?.status, SOON).toBe('rejected')
    await page.getByText('No more cases wait.').waitFor(SOON)
    await page.getByText('All clear.').waitFor(SOON)
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
    expect(await findBarriersInBoth(page)).toEqual([])
  })

  test('the undo of the message does it too, and what others did meanwhile is told', async () => {
    const owen = await caseOf('Owen')
    await row('Decided', 'Owen').click()
    const review = `/rooms/${encodeURIComponent(ROOMS[0] ?? '')}/cases/${owen?.case}/review`
    await rest('POST', review, { decision: 'undo' })
    await row('Decided', 'Owen').getByText('Undone by owner').waitFor(SOON)
    await page.keyboard.press('a')
    await page.getByText('This case is decided. Press u to undo it.').waitFor(SOON)
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page
      .getByRole('alert')
      .getByText(/undone/)
      .waitFor(SOON)
  })

  test('? shows the keys, and o opens the evidence in its room', async () => {
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys of the desk' }).waitFor(SOON)
    await page.keyboard.press('Escape')
    await row('Decided', 'Rick').click()
    const seq = (await caseOf('Rick'))?.evidence[0]
    await page.keyboard.press('o')
    await page.getByRole('heading', { name: ROOMS[1] ?? '', level: 1 }).waitFor(SOON)
    expect(page.url()).toContain(`?at=${seq}`)
  })

  test('nothing went wrong on the page meanwhile', () => {
    expect(wrong).toEqual([])
  })
})
