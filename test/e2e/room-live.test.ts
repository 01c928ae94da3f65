import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LiveRoom } from '#protocol/client'
import { findBarriersInBoth } from '../support/axe.ts'
import { SOON, tab, transcript, useRooms } from './room-scene.ts'

const ROOM = 'orchard 🌿 / <b>weekly</b>'
const scene = useRooms()

describe('a live room, watched by its host', () => {
  let page: Page
  let ana: LiveRoom
  let bob: LiveRoom

  beforeAll(async () => {
    await scene.make(ROOM)
    page = await scene.open(ROOM)
    ana = await scene.enter(ROOM, 'Ana <i>')
    bob = await scene.enter(ROOM, 'Bob')
  }, 60_000)

  test('what is said appears as it is said, under who says it, as text', async () => {
    await ana.caption('We decided to', { segment: 's1', final: false })
    await transcript(page).locator('.is-partial', { hasText: 'We decided to' }).waitFor(SOON)
    await ana.caption('We decided to ship the orchard release on Tuesday.', { segment: 's1' })
    await ana.caption('And the <img src=x onerror=alert(1)> stays.')
    await bob.caption('I will bring the apples by Friday.')
    const entries = transcript(page).locator('.entry.turn')
    await entries.getByText('bring the apples').waitFor(SOON)
    expect(await transcript(page).locator('.is-partial').count()).toBe(0)
    expect(await entries.locator('.name').allTextContents()).toEqual(['Ana <i>', 'Ana <i>', 'Bob'])
    // the second turn of one speaker goes on without the name being seen again
    expect(await entries.locator('.byline:not(.sr-only)').count()).toBe(2)
    expect(await page.locator('img').count()).toBe(0)
  })

  test('new turns are read to screen readers, unless that is paused', async () => {
    const log = page.getByRole('log')
    await bob.caption('The weather is fine.')
    await log.getByText('Bob: The weather is fine.').waitFor(SOON)
    const pause = page.getByRole('button', { name: 'Pause reading' })
    await pause.click()
    expect(await pause.getAttribute('aria-pressed')).toBe('true')
    expect(await log.getAttribute('aria-live')).toBe('off')
    await bob.caption('This is not read out.')
    await transcript(page).getByText('This is not read out.').waitFor(SOON)
    await pause.click()
    await bob.caption('This is read again.')
    await log.getByText('This is read again.').waitFor(SOON)
    expect(await log.textContent()).not.toContain('not read out')
  })

  test('a question is answered with the turn that says so, one click away', async () => {
    await page.getByLabel('Ask about anything').fill('When do we ship the orchard release?')
    await page.keyboard.press('Enter')
    const answer = transcript(page).locator('.entry.said', { hasText: 'on Tuesday' }).last()
    await answer.getByRole('link', { name: 'where this was said' }).first().click()
    const marked = transcript(page).locator('.entry.is-marked')
    await marked.getByText('ship the orchard release').waitFor(SOON)
    await expect.poll(() => marked.evaluate((row) => row === document.activeElement)).toBe(true)
    expect(page.url()).toMatch(/\?at=\d+$/)
    expect(await page.getByLabel('Ask about anything').inputValue()).toBe('')
  })

  test('who watches asks in private: the answer is theirs alone', async () => {
    const other = await scene.open(ROOM, { user: 'wim' })
    await page.getByLabel('Ask about anything').fill('Who brings the apples?')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    const mine = transcript(page).locator('.entry.said', { hasText: 'apples' })
    await mine.getByText('only you').waitFor(SOON)
    await transcript(other).locator('.entry.blank').last().waitFor(SOON)
    expect(await transcript(other).getByText('Who brings the apples?').count()).toBe(0)
    await other.context().close()
  })

  test('watching is the beginning: who speaks joins first, and can leave', {
    timeout: 60_000,
  }, async () => {
    await page.getByText('Say', { exact: true }).click()
    await page.getByText('You are watching').waitFor()
    expect(ana.participants.some(({ id }) => id === 'host')).toBe(false)
    await page.getByRole('form').getByRole('button', { name: 'Join' }).click()
    const say = page.getByLabel('What you say goes into the transcript')
    await say.fill('Hello from the host.')
    await say.press('Enter')
    await ana.when(
      (room) => room.transcript.some(({ text }) => text === 'Hello from the host.'),
      20_000,
    )
    await ana.when((room) => room.participants.some(({ id }) => id === 'host'), 20_000)

    await page.getByText('Chat', { exact: true }).click()
    await page.getByLabel('Send to').selectOption({ label: 'only Bob' })
    await page.getByLabel('Write to the room').fill('Between us two.')
    await page.keyboard.press('Enter')
    await bob.when((room) => room.messages.some(({ text }) => text === 'Between us two.'), 20_000)
    expect(ana.messages.some(({ text }) => text === 'Between us two.')).toBe(false)
    await transcript(page).locator('.entry.chat', { hasText: 'only Bob' }).waitFor(SOON)

    await page.getByLabel('transcribe me').uncheck()
    await ana.when(
      (room) => room.participants.some((one) => one.id === 'host' && one.opted_out),
      20_000,
    )
    await page.getByLabel('transcribe me').check()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByText('watching', { exact: true }).waitFor(SOON)
    // the record goes on where it was
    await transcript(page).getByText('Hello from the host.').waitFor(SOON)
  })

  test('search finds words in any case and accent, and goes from match to match', async () => {
    await ana.caption('An épée hangs on the wall.')
    await bob.caption('Whose EPEE is that?')
    await page.getByRole('searchbox').fill('epee')
    const found = page.getByRole('search').getByRole('status')
    // an agent may quote them meanwhile: then there are more
    await found.getByText(/^[2-9] found$/).waitFor(SOON)
    await page.keyboard.press('Enter')
    await found.getByText(/^1 of [2-9] found$/).waitFor(SOON)
    await transcript(page).locator('.is-marked mark', { hasText: 'épée' }).waitFor(SOON)
    await page.getByRole('button', { name: 'Next match' }).click()
    await found.getByText(/^2 of [2-9] found$/).waitFor(SOON)
    await transcript(page).locator('.is-marked mark', { hasText: 'EPEE' }).waitFor(SOON)
    await page.getByRole('button', { name: 'Previous match' }).click()
    await found.getByText(/^1 of [2-9] found$/).waitFor(SOON)
    await page.getByRole('searchbox').fill('')
  })

  test('every part of the page is free of barriers, in light and dark', {
    timeout: 120_000,
  }, async () => {
    for (const name of ['Summary', 'People', 'Agents', 'Insights', 'Minutes']) {
      const panel = await tab(page, name)
      await panel.locator('h3, .empty, table, form').first().waitFor(SOON)
      expect({ name, problems: await findBarriersInBoth(page) }).toEqual({ name, problems: [] })
    }
  })

  test('tabs go by arrow keys', async () => {
    await page.getByRole('tab', { name: 'Summary' }).click()
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('tab', { name: 'People' }).getAttribute('aria-selected')).toBe(
      'true',
    )
    await page.keyboard.press('End')
    expect(await page.getByRole('tab', { name: 'Minutes' }).getAttribute('aria-selected')).toBe(
      'true',
    )
  })

  test('plots tell the same as tables', async () => {
    const panel = await tab(page, 'Insights')
    const who = panel.locator('figure', { hasText: 'Who spoke' })
    await who.getByText('As a table').click()
    await who.getByRole('row', { name: /Bob/ }).waitFor(SOON)
    await panel.getByRole('heading', { name: 'Heat' }).waitFor()
    await panel.locator('figure', { hasText: 'How fast' }).getByText('As a table').click()
    await panel.getByRole('row', { name: /answer said/ }).waitFor(SOON)
  })
})
