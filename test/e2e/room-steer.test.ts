import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LiveRoom } from '#protocol/client'
import { findBarriersInBoth } from '../support/axe.ts'
import { SOON, tab, transcript, useRooms } from './room-scene.ts'

const ROOM = 'a room that needs a hand'
const scene = useRooms()

describe('steering a live room', () => {
  let page: Page
  let vik: LiveRoom

  beforeAll(async () => {
    await scene.make(ROOM)
    page = await scene.open(ROOM)
    vik = await scene.enter(ROOM, 'Vik')
    await vik.caption('Here I am.')
  }, 60_000)

  const caseOf = (action: string) =>
    scene
      .rest(`/rooms/${encodeURIComponent(ROOM)}/cases`)
      .then(({ items }) => items.find((one: { action: string }) => one.action === action))

  test('a warning by keyboard alone, and its undoing', { timeout: 60_000 }, async () => {
    await page.getByRole('tab', { name: 'Summary' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('button', { name: 'Warn Vik' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Warn Vik' })
    await dialog.waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    await dialog.getByLabel('Reason').focus()
    await page.keyboard.type('Please stay on topic.')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const toast = page.getByText('Vik was warned.')
    await toast.waitFor(SOON)
    // focus goes back where it came from
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Warn Vik')
    await transcript(page).getByText('Hana Host warned Vik: Please stay on topic.').waitFor(SOON)
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await expect.poll(async () => (await caseOf('warn')).status, SOON).toBe('undone')
  })

  test('who is muted is shown as muted, cannot speak, and is restored', async () => {
    const panel = await tab(page, 'People')
    await panel.getByRole('button', { name: 'Mute Vik' }).click()
    const dialog = page.getByRole('dialog', { name: 'Mute Vik' })
    await dialog.getByLabel('For how long').selectOption('15')
    await dialog.getByRole('button', { name: 'Mute' }).click()
    await panel.getByText('muted until').first().waitFor(SOON)
    await expect(vik.caption('You hear me?')).rejects.toMatchObject({ code: 'muted' })
    const restricted = panel.locator('section', { hasText: 'Muted and removed' })
    await restricted.getByRole('button', { name: 'Restore Vik' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    await page.getByText('Vik was restored.').waitFor(SOON)
    await vik.caption('You hear me now.')
    await transcript(page).getByText('You hear me now.').waitFor(SOON)
    await restricted.waitFor({ state: 'hidden', ...SOON })
  })

  test('a mute that runs out is over on the page, too', async () => {
    await scene.make('brief')
    const page = await scene.open('brief', { user: 'gus' })
    await page.getByRole('button', { name: 'Join', exact: true }).click()
    const people = await tab(page, 'People')
    await people.getByText('you', { exact: true }).waitFor(SOON)
    const host = await scene.enter('brief', 'Host', ['moderate'])
    await host.act('gus', 'mute', { minutes: 0.1 })
    await page.getByText('A moderator muted you').waitFor(SOON)
    await people.getByText('muted until').waitFor(SOON)
    await page.getByText('A moderator muted you').waitFor({ state: 'hidden', ...SOON })
    await people.getByText('muted until').waitFor({ state: 'hidden', ...SOON })
  })

  test('who is removed is listed, and let in again', async () => {
    const panel = await tab(page, 'People')
    await panel.getByRole('button', { name: 'Remove Vik' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    const restricted = panel.locator('section', { hasText: 'Muted and removed' })
    await restricted.getByText('removed', { exact: true }).waitFor(SOON)
    await expect(scene.enter(ROOM, 'Vik')).rejects.toMatchObject({ code: 'removed' })
    await restricted.getByRole('button', { name: 'Restore Vik' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    await restricted.waitFor({ state: 'hidden', ...SOON })
    vik = await scene.enter(ROOM, 'Vik')
    await panel.getByRole('button', { name: 'Warn Vik' }).waitFor(SOON)
  })

  test('abuse is flagged in the conversation, listed as a case, and leads to its evidence', async () => {
    const { seq } = await vik.caption('You are a useless idiot, and everybody here knows it.')
    const panel = await tab(page, 'People')
    const cases = panel.locator('section', { has: page.getByRole('heading', { name: /^Cases/ }) })
    await cases.getByText('harassment').waitFor(SOON)
    await cases.getByRole('link', { name: 'where it was said' }).first().click()
    await transcript(page).locator(`.is-marked[data-seq="${seq}"]`).waitFor(SOON)
  })

  test('agents are turned off and on, renamed, and moderation gets its policy', {
    timeout: 60_000,
  }, async () => {
    const panel = await tab(page, 'Agents')
    const path = (workflow: string) => `/rooms/${encodeURIComponent(ROOM)}/agents/${workflow}`
    const answers = panel.getByRole('switch', { name: 'Answers agent' })
    await answers.waitFor(SOON)
    await answers.press('Space')
    await expect.poll(async () => (await scene.rest(path('qa'))).enabled, SOON).toBe(false)
    await answers.press('Space')
    await expect.poll(async () => (await scene.rest(path('qa'))).enabled, SOON).toBe(true)
    await panel.getByRole('button', { name: 'Rename the Answers agent' }).click()
    await page.keyboard.type('Oracle')
    await page.keyboard.press('Enter')
    await panel.getByText('Oracle').waitFor(SOON)

    await panel.getByRole('button', { name: 'Policy' }).click()
    const dialog = page.getByRole('dialog', { name: 'Moderation policy' })
    await dialog.waitFor()
    expect(await findBarriersInBoth(page)).toEqual([])
    await dialog.getByLabel('remove', { exact: true }).check()
    await dialog.getByLabel('A case waits for').fill('15')
    await dialog.getByLabel('Strike by strike, step 2: minutes').fill('10')
    await dialog.getByLabel('Told at a warn').fill('Kindly: {reason}')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The policy is changed.').waitFor(SOON)
    const { settings } = await scene.rest(path('moderation'))
    expect(settings).toMatchObject({
      ...{ waits: ['remove'], expires_after_minutes: 15, automatic: true },
      tell: { warn: 'Kindly: {reason}' },
    })
    expect(settings.ladder[1]).toEqual({ action: 'mute', minutes: 10 })

    await panel.getByRole('button', { name: 'Policy' }).click()
    await dialog.getByLabel('The policy may act alone').uncheck()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await panel.getByText('Nothing acts alone here').waitFor(SOON)
  })

  test('who may not moderate sees no such controls', { timeout: 60_000 }, async () => {
    const other = await scene.open(ROOM, { user: 'wim' })
    const panel = await tab(other, 'People')
    await panel.getByText('Vik').first().waitFor(SOON)
    expect(await panel.getByRole('button').count()).toBe(0)
    expect(await panel.getByRole('heading', { name: /^Cases/ }).count()).toBe(0)
    await tab(other, 'Agents')
    const answers = other.getByRole('switch', { name: 'Answers agent' })
    await answers.waitFor(SOON)
    expect(await answers.isDisabled()).toBe(true)
    expect(await findBarriersInBoth(other)).toEqual([])
    await other.context().close()
  })
})
