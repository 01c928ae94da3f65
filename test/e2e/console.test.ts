import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { launchBrowser } from '../support/browser.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const ROOM = 'standup 🌿 <img src=x onerror=alert(1)>'
const USER = 'local'

describe('the plain page, in Chromium', () => {
  let hub: TestHub
  let database: TestDatabase
  let browser: Browser
  let page: Page
  let ana: Hub
  let room: LiveRoom
  const wrong: string[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    hub = await startHub({ databaseUrl: database.url })
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1200, height: 760 } })
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
    page.on('dialog', (dialog) => wrong.push(`dialog: ${dialog.message()}`))
    const owner = connectHub({ url: hub.url, token: await hub.token(USER) })
    await owner.join(ROOM, { as: 'watch' })
    owner.close()
    const token = await hub.token('ana', { name: 'Ana <b>', rooms: { [ROOM]: ['join'] } })
    ana = connectHub({ url: hub.url, token })
    room = await ana.join(ROOM)
    await room.caption('We decided to ship the orchard release on Tuesday.')
  }, 180_000)

  afterAll(async () => {
    ana?.close()
    await browser?.close()
    await hub?.stop()
    await database?.drop()
  })

  test('the sign-in link lists the rooms, and the token leaves the address', async () => {
    await page.goto(`${hub.url}/#token=${await hub.token(USER, { name: 'Lo' })}`)
    await page.getByRole('button', { name: ROOM }).waitFor()
    expect(page.url()).toBe(`${hub.url}/`)
  })

  test('a room is shown live, with names as text', async () => {
    await page.getByRole('button', { name: ROOM }).click()
    const transcript = page.locator('#transcript')
    await transcript.getByText('orchard release').waitFor()
    await room.caption('And then we', { segment: 's', final: false })
    await transcript.locator('.partial', { hasText: 'And then we' }).waitFor()
    await room.caption('And then we rest.', { segment: 's' })
    await transcript.getByText('And then we rest.').waitFor()
    expect(await transcript.locator('.partial').count()).toBe(0)
    expect(await transcript.locator('b bdi').first().textContent()).toBe('Ana <b>')
    expect(await page.locator('img').count()).toBe(0)
  })

  test('speaking joins the room, and a question is answered', async () => {
    await page.getByLabel('Text').fill('I will bring the apples.')
    await page.getByRole('button', { name: 'Send' }).click()
    await room.when(
      (r) => r.transcript.some(({ text }) => text === 'I will bring the apples.'),
      10_000,
    )
    await page.getByLabel('How').selectOption('ask')
    await page.getByLabel('Text').fill('When do we ship the orchard release?')
    await page.getByRole('button', { name: 'Send' }).click()
    // The private catch-up of who comes late quotes the same line: the answer is the public one.
    const answer = page.locator('#talkback li:not(.live):not(.private)', {
      hasText: 'ship the orchard release on Tuesday',
    })
    await answer.waitFor({ timeout: 15_000 })
    const shots = new URL('../../.auralink/screenshots/', import.meta.url)
    mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: new URL('console.png', shots).pathname })
  })

  test('nothing went wrong on the page meanwhile', () => {
    expect(wrong).toEqual([])
  })
})
