import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { findBarriersInBoth } from '../support/axe.ts'
import { SOON, tab, transcript, useRooms } from './room-scene.ts'

const ROOM = 'called from the page'
const HEARD = { timeout: 60_000 }
const scene = useRooms({
  speech: 'The orchard gate is painted green every spring.',
  ...{ again: true, livekit: true },
})
let host: Page
let bob: Page

const sound = (page: Page) => page.getByRole('region', { name: 'Sound' })
const loud = (page: Page, name: string) =>
  expect.poll(
    async () => {
      const levels = page.getByRole('meter', { name, exact: true })
      return (await levels.count()) === 0 ? 0 : Number(await levels.getAttribute('aria-valuenow'))
    },
    { ...HEARD, interval: 50 },
  )
const call = (page: Page) => page.getByRole('button', { name: 'Join with microphone' }).click()

beforeAll(async () => {
  await scene.make(ROOM)
  await scene.call(ROOM, 'cleo')
  host = await scene.open(ROOM, { permissions: ['microphone'] })
  bob = await scene.open(ROOM, { user: 'bob', permissions: ['microphone'] })
  await tab(host, 'People')
}, 120_000)

describe('a LiveKit room, joined from the page', { timeout: 120_000 }, () => {
  test('who speaks is heard, seen and transcribed, and is there once', async () => {
    await call(host)
    await sound(host).getByText('People and agents hear you').waitFor(SOON)
    await call(bob)
    await sound(bob).getByText('People and agents hear you').waitFor(SOON)
    await loud(host, 'Level of bob').toBeGreaterThan(0.2)
    const people = host.getByRole('tabpanel', { name: 'People' }).locator('.row')
    await people.filter({ hasText: 'bob' }).getByText('LiveKit').waitFor(SOON)
    expect(await people.locator('.name').allTextContents()).toEqual(['cleo', 'Hana Host', 'bob'])
    const turn = transcript(host)
      .locator('.entry.turn')
      .filter({ hasText: /paint|green|spring/i })
    await turn.filter({ hasText: 'bob' }).first().waitFor(HEARD)
    expect(await findBarriersInBoth(host)).toEqual([])
  })

  test('who mutes their own microphone is silent, and hears the agents', async () => {
    // whoever talks interrupts an agent
    for (const page of [host, bob]) {
      await sound(page).getByRole('button', { name: 'Mute' }).click()
      await sound(page).getByText('Your microphone is muted').waitFor(SOON)
    }
    await loud(host, 'Level of bob').toBe(0)
    await host.getByText('Ask', { exact: true }).first().click()
    await host.getByLabel('Ask about anything').fill('What colour is the orchard gate?')
    await host.keyboard.press('Enter')
    await loud(host, 'Agents’ voice').toBeGreaterThan(0.1)
  })

  test('who is muted is told, and opens the microphone again once it is given back', async () => {
    await host.getByRole('button', { name: 'Mute bob' }).click()
    await host.getByRole('dialog').getByRole('button', { name: 'Mute', exact: true }).click()
    await sound(bob).getByText('A moderator muted you').waitFor(SOON)
    expect(await sound(bob).getByRole('button', { name: 'Mute' }).count()).toBe(0)
    expect(await findBarriersInBoth(bob)).toEqual([])
    await host.getByRole('button', { name: 'Restore bob' }).click()
    await host.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    await sound(bob).getByText('You may speak again').waitFor(SOON)
    await sound(bob).getByRole('button', { name: 'Open the microphone again' }).click()
    await sound(bob).getByText('People and agents hear you').waitFor(SOON)
    await loud(host, 'Level of bob').toBeGreaterThan(0.2)
  })

  test('the call is left, and the room goes on; leaving the room leaves both', async () => {
    await sound(bob).getByRole('button', { name: 'Leave the call' }).click()
    await sound(bob).waitFor({ ...SOON, state: 'detached' })
    await bob.getByRole('button', { name: 'Microphone', exact: true }).waitFor(SOON)
    await host.getByRole('button', { name: 'Leave', exact: true }).click()
    await host.getByText('watching', { exact: true }).waitFor(SOON)
    expect(await sound(host).count()).toBe(0)
  })
})
