/**
 * Makes the pictures of the README: `node --import tsx test/e2e/pictures.ts`. They show a real hub with the
 * sample meeting in one room and cases of another, as they are on the screen.
 */
import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { connectHub, type Hub } from '#protocol/client'
import { playMeeting, readSampleMeeting } from '#protocol/sample'
import { launchBrowser } from '../support/browser.ts'
import { goTo, openConsole } from '../support/console.ts'
import { startHub } from '../support/hub.ts'
import { putJson } from '../support/rest.ts'

const FOLDER = fileURLToPath(new URL('../../server/console/pictures/', import.meta.url))
const MOST_BYTES = 250_000
const WINDOW = { width: 1280, height: 800 }
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const OWNER = 'lo'
/** Who moderates the meeting that is played: here the owner. */
const HOST = 'replay:host'
const LAUNCH = 'Launch planning'
const SUPPORT = 'Support stand-up'
/** The meeting takes its time. */
const WAIT = { timeout: 150_000 }

mkdirSync(FOLDER, { recursive: true })
const hub = await startHub()
const browser = await launchBrowser()
const hubs: Hub[] = []
const token = await hub.token(OWNER, { name: 'Lo Moreno' })

async function enter(name: string, room: string) {
  const rooms = { [room]: ['join' as const] }
  const one = connectHub({ url: hub.url, token: await hub.token(name, { name, rooms }) })
  hubs.push(one)
  return one.join(room, { name })
}

async function picture(page: Page, name: string): Promise<void> {
  const path = `${FOLDER}${name}.png`
  await page.screenshot({ path, animations: 'disabled' })
  const { size } = statSync(path)
  console.log(`${name}.png ${Math.round(size / 1000)} kB`)
  if (size > MOST_BYTES) throw new Error(`${name}.png is too large: ${size} bytes.`)
}

const stop = new AbortController()
let playing: Promise<unknown> | undefined

try {
  await take()
} finally {
  stop.abort()
  await playing
  for (const one of hubs) one.close()
  await browser.close()
  await hub.stop()
}

async function take() {
  const owner = connectHub({ url: hub.url, token })
  hubs.push(owner)
  await owner.join(LAUNCH, { as: 'watch' })
  const support = await owner.join(SUPPORT, { as: 'watch' })
  await putJson(hub.url, token, `/rooms/${encodeURIComponent(SUPPORT)}/agents/moderation`, {
    settings: { waits: ['mute', 'remove'] },
  })
  for (const room of ['Design review', 'Hiring loop', 'Night shift', 'Board prep'])
    await owner.join(room, { as: 'watch' })

  const mara = await enter('Mara Quint', SUPPORT)
  const dov = await enter('Dov Stein', SUPPORT)
  const ines = await enter('Inês Faria', SUPPORT)
  await mara.caption('The queue is at forty tickets, most of them about the new invoice.')
  await ines.caption('I answer the invoice ones today, they are all alike.')
  await dov.caption('You always take the easy ones, Inês. You are a useless idiot.')
  await mara.caption('Dov, please. Inês, thank you for the invoices.')
  await ines.caption('I can take the hard ones tomorrow, if that helps.')
  await dov.caption('I will kill you if you touch my tickets, Inês.')
  await mara.caption('That is enough. We stop here for five minutes.')
  await ines.caption('You are a bit of an idiot, Dov.')
  await support.when(({ cases }) => cases.filter((one) => one.status === 'open').length > 1, 20_000)
  const sam = await enter('Sam Okoro', 'Design review')
  await enter('Lena Brandt', 'Design review')
  await enter('Kofi Mensah', 'Hiring loop')
  const anouk = await enter('Anouk Visser', 'Night shift')
  await enter('Jan Kowalski', 'Night shift')
  await anouk.caption('Gate four is closed until six, the trucks go through gate two.')
  await sam.caption('The second draft has the larger buttons that we talked about.')

  const { page } = await openConsole(browser, hub, { token, viewport: WINDOW })
  const phone = await openConsole(browser, hub, { token, ...PHONE })
  const meeting = readSampleMeeting()
  playing = playMeeting({
    ...{ url: hub.url, room: LAUNCH, meeting, speed: 6, signal: stop.signal },
    tokenFor: ({ id, name, rights }) =>
      id === HOST ? token : hub.token(id, { name, rooms: { [LAUNCH]: rights } }),
  })

  for (const one of [page, phone.page]) await goTo(one, `#/rooms/${encodeURIComponent(LAUNCH)}`)
  await page.getByText('What did we decide about the price?').waitFor(WAIT)
  await page.getByText('six euros a month').first().waitFor(WAIT)
  await page.getByRole('tabpanel').getByText('Decisions').waitFor(WAIT)
  await picture(page, 'room')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('tab', { name: 'Insights' }).click()
  await page.getByRole('figure').nth(3).waitFor(WAIT)
  await picture(page, 'room-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await picture(phone.page, 'phone')
  await goTo(page, '#/')
  await page.getByText('2 cases wait').waitFor(WAIT)
  await page.setViewportSize({ width: 1280, height: 520 })
  await picture(page, 'rooms')
  await page.setViewportSize(WINDOW)
  await goTo(page, '#/desk')
  await page
    .getByRole('button', { name: /^Dov Stein/ })
    .first()
    .click()
  await page.getByText('That is enough.').waitFor(WAIT)
  await picture(page, 'desk')
}
