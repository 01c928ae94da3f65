import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { findBarriersInBoth } from '../support/axe.ts'
import { SOON, tab, transcript, useRooms } from './room-scene.ts'

const ROOM = 'spoken to the hub'
/** The first words are transcribed once the model is loaded. */
const HEARD = { timeout: 60_000 }
const scene = useRooms({ speech: 'We decided to open the bridge on Tuesday morning.' })
let page: Page

const sound = () => page.getByRole('region', { name: 'Sound' })
const meter = (name: string) =>
  page.getByRole('meter', { name, exact: true }).getAttribute('aria-valuenow').then(Number)
/** The loudest that a level was while it was looked at. */
const loud = (name: string) => expect.poll(() => meter(name), { ...HEARD, interval: 50 })

beforeAll(async () => {
  await scene.make(ROOM)
  page = await scene.open(ROOM, { permissions: ['microphone'] })
}, 60_000)

describe('a microphone in a local room', { timeout: 120_000 }, () => {
  test('is words in the transcript, under the name of who speaks', async () => {
    const bob = await scene.enter(ROOM, 'Bob')
    await page.getByRole('button', { name: 'Join with microphone' }).click()
    await sound().getByText('The hub hears you').waitFor(SOON)
    await loud('Your level').toBeGreaterThan(0.3)
    await bob.when(({ speaking }) => speaking.includes('host'), HEARD.timeout)
    const turn = transcript(page)
      .locator('.entry.turn')
      .filter({ hasText: /open the bridge/i })
    await turn.waitFor(HEARD)
    expect(await turn.locator('.name').first().textContent()).toBe('Hana Host')
    const line = bob.transcript.find(({ text }) => /open the bridge/i.test(text))
    expect(line?.speaker.id).toBe('host')
    expect(await findBarriersInBoth(page)).toEqual([])
  })

  test('an answer is heard', async () => {
    await page.getByText('Ask', { exact: true }).first().click()
    await page.getByLabel('Ask about anything').fill('When do we open the bridge?')
    await page.keyboard.press('Enter')
    await loud('Agents’ voice').toBeGreaterThan(0.2)
    const answer = transcript(page).locator('.entry.said', { hasText: 'Tuesday' }).last()
    await answer.waitFor(SOON)
    // it ends by itself
    await loud('Agents’ voice').toBe(0)
  })

  test('is muted, and closed by a button', async () => {
    await sound().getByRole('button', { name: 'Mute' }).click()
    await sound().getByText('Your microphone is muted').waitFor(SOON)
    expect(await page.getByRole('meter', { name: 'Your level' }).count()).toBe(0)
    await sound().getByRole('button', { name: 'Close the microphone' }).click()
    await sound().waitFor({ ...SOON, state: 'detached' })
    await page.getByRole('button', { name: 'Microphone', exact: true }).waitFor(SOON)
  })

  test('is closed by leaving the room', async () => {
    await page.getByRole('button', { name: 'Microphone', exact: true }).click()
    await sound().getByText('The hub hears you').waitFor(SOON)
    await page.getByRole('button', { name: 'Leave', exact: true }).click()
    await page.getByText('watching', { exact: true }).waitFor(SOON)
    await sound().waitFor({ ...SOON, state: 'detached' })
  })
})

test('a refused microphone is told of, with what to do', async () => {
  const denied = await scene.open(ROOM, { permissions: [] })
  await denied.getByRole('button', { name: 'Join with microphone' }).click()
  const problem = denied.getByRole('alert').filter({ hasText: 'may not use the microphone' })
  await problem.getByRole('button', { name: 'Try again' }).waitFor(SOON)
  expect(await findBarriersInBoth(denied)).toEqual([])
  await denied.getByRole('button', { name: 'Go on without sound' }).click()
  await denied.getByRole('button', { name: 'Join with microphone' }).waitFor(SOON)
  await denied.context().close()
})

test('the owner says what is kept, and everyone sees it', async () => {
  const guest = await scene.open(ROOM, { user: 'guest' })
  // told by the room itself: asking again is not what shows it
  await guest.route(`**/rooms/${encodeURIComponent(ROOM)}`, (route) => route.abort())
  const agents = await tab(page, 'Agents')
  await agents.getByText('No sound is kept.').waitFor(SOON)
  await agents.getByRole('button', { name: 'Change the room’s sound' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sound of this room' })
  await dialog.getByLabel('The whole meeting').check()
  await dialog.getByLabel('Kept for so many days').fill('7')
  expect(await findBarriersInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await guest.getByText('recorded', { exact: true }).waitFor(SOON)
  const { settings } = (await scene.rest(`/rooms/${encodeURIComponent(ROOM)}`)) as {
    settings: object
  }
  expect(settings).toMatchObject({ record: 'meeting', record_days: 7, voice: true })
  // which is not to be changed by others
  await (await tab(guest, 'Agents')).getByText('The sound of this meeting is kept.').waitFor(SOON)
  expect(await guest.getByRole('button', { name: /^Change the room/ }).count()).toBe(0)
})

test('a moderator hears what was kept, takes it along, and deletes it', async () => {
  await page.getByRole('button', { name: 'Join with microphone' }).click()
  await sound().getByText('The hub hears you').waitFor(SOON)
  const minutes = await tab(page, 'Minutes')
  const turns = transcript(page)
    .locator('.entry.turn')
    .filter({ hasText: /open the bridge/i })
  await expect.poll(() => turns.count(), HEARD).toBeGreaterThan(1)
  await sound().getByRole('button', { name: 'Close the microphone' }).click()
  await tab(page, 'Summary')
  await tab(page, 'Minutes')
  const kept = minutes.locator('.recording')
  await kept.filter({ hasText: 'Hana Host' }).getByText('the meeting').waitFor(SOON)
  await kept.getByRole('button', { name: 'Listen to Hana Host' }).click()
  const player = page.getByLabel('Recording of Hana Host', { exact: true })
  // what goes on has no end in its header: that it can be played is what counts
  await expect
    .poll(() => player.evaluate((audio: HTMLAudioElement) => audio.readyState), SOON)
    .toBeGreaterThan(1)
  expect(await findBarriersInBoth(page)).toEqual([])
  const download = page.waitForEvent('download', SOON)
  await kept.getByRole('button', { name: 'Download the recording of Hana Host' }).click()
  expect((await readFile(await (await download).path())).subarray(0, 4).toString()).toBe('OggS')
  await kept.getByRole('button', { name: 'Delete the recording of Hana Host' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await kept.waitFor({ ...SOON, state: 'detached' })
}, 120_000)
