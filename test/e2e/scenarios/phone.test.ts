import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { entries, isInView } from './feed.ts'
import { ANNEX, HALL, PAST, useFullHouse } from './full-house.ts'
import { SOON } from './stage.ts'

const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
}

describe('on a phone', { timeout: 60_000 }, () => {
  const house = useFullHouse(PHONE)
  let page: Page

  beforeAll(() => {
    page = house.console.page
  })

  const tab = async (name: string) => {
    await page.getByRole('tab', { name }).tap()
    await page.getByRole('tabpanel', { name }).waitFor(SOON)
  }

  test('the rooms fit, and a tap opens one', async () => {
    const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: ANNEX }) })
    await card.getByText('2 cases wait').waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await page.getByRole('link', { name: HALL }).tap()
    await page.getByRole('heading', { name: HALL, level: 1 }).waitFor(SOON)
  })

  test('each part of a room fits in its tab', async () => {
    await tab('Talk')
    await entries(page, 'said').filter({ hasText: 'on Tuesday' }).first().waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await tab('Summary')
    await page.getByText('open the orchard bridge on Tuesday').first().waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await tab('People')
    await page.getByRole('button', { name: 'Restore Rex' }).waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await tab('Agents')
    await page.getByRole('switch').nth(3).waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await tab('Insights')
    await page.getByRole('figure').first().waitFor(SOON)
    expect(await misfits(page)).toEqual([])
  })

  test('one asks, and the answer leads to what was said', async () => {
    await tab('Talk')
    const field = page.getByRole('textbox', { name: 'Ask about anything that was said' })
    expect(await isInView(field)).toBe(true)
    await field.fill('Who sends the permit?')
    await page.getByRole('button', { name: 'Ask', exact: true }).tap()
    const answer = entries(page, 'said').filter({ hasText: 'permit to the harbour office' })
    await answer.waitFor(SOON)
    await answer.getByRole('link', { name: 'where this was said' }).first().tap()
    const cited = page.locator('.is-marked', { hasText: 'I will send the permit' })
    await expect.poll(() => isInView(cited)).toBe(true)
    expect(await misfits(page)).toEqual([])
  })

  test('one joins and chats, and others read it', async () => {
    const ada = await house.stage.enter('ada', 'Ada', HALL)
    await page.getByText('Chat', { exact: true }).tap()
    await page.getByRole('form', { name: 'Take part' }).getByRole('button', { name: 'Join' }).tap()
    await page.getByRole('textbox', { name: 'Write to the room' }).fill('Hello from the train.')
    await page.getByRole('button', { name: 'Send' }).tap()
    await ada.when(({ messages }) => messages.some(isFromTheTrain), SOON.timeout)
    await entries(page, 'chat').filter({ hasText: 'Hello from the train.' }).waitFor(SOON)
    expect(await misfits(page)).toEqual([])
  })

  test('the minutes are read and taken along', async () => {
    await tab('Minutes')
    await page.getByRole('heading', { name: 'Participants' }).waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    const download = page.waitForEvent('download', SOON)
    await page.getByRole('button', { name: 'Markdown' }).tap()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^minutes-.*\.md$/)
    expect(await readFile(await file.path(), 'utf8')).toContain('orchard bridge on Tuesday')
  })

  test('the desk shows its list, then the case, and its dialogs fit', async () => {
    await page.getByRole('link', { name: 'Desk' }).tap()
    await page.getByRole('region', { name: 'Waiting' }).getByRole('button').first().waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await page.getByRole('button', { name: /^Odin/ }).tap()
    await page.getByText('I will kill you, Otto.').waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await page.getByRole('button', { name: 'Change', exact: true }).tap()
    await page.getByRole('dialog').waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).tap()
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.getByText('Approved for Odin').waitFor(SOON)
    expect(await misfits(page)).toEqual([])
  })

  test('past rooms fit, and open as their record', async () => {
    await page.getByRole('link', { name: 'Past' }).tap()
    await page.getByRole('link', { name: PAST }).waitFor(SOON)
    expect(await misfits(page)).toEqual([])
    await page.getByRole('link', { name: PAST }).tap()
    await page.getByText('The old bridge was opened again').waitFor(SOON)
    expect(await misfits(page)).toEqual([])
  })

  test('nothing went wrong on the page meanwhile', () => {
    expect(house.console.wrong).toEqual([])
  })
})

const isFromTheTrain = ({ text }: { text: string }) => text === 'Hello from the train.'

/** What reaches over the edge of the screen, and what is too small for a finger: none when it fits. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth
    const found: string[] = []
    // an ellipsis is no misfit
    const isCut = (element: Element) => {
      for (let at = element.parentElement; at !== null; at = at.parentElement)
        if (/hidden|clip/.test(getComputedStyle(at).overflowX)) return true
      return false
    }
    const scrolled = document.documentElement.scrollWidth
    if (scrolled > wide) found.push(`the page scrolls sideways: ${scrolled} of ${wide}`)
    for (const element of document.body.querySelectorAll('*')) {
      const { left, right, width, height } = element.getBoundingClientRect()
      const told = `<${element.localName} class="${element.getAttribute('class')}"> ${element.textContent?.slice(0, 40)}`
      if (width < 2 || !element.checkVisibility()) continue
      if ((right > wide + 1 || left < -1) && !isCut(element) && !element.closest('[role=tablist]'))
        found.push(`over the edge, ${Math.round(left)} to ${Math.round(right)}: ${told}`)
      // WCAG 2.2, 2.5.8
      if (element.matches('button, [role=tab], nav a') && Math.min(width, height) < 24)
        found.push(`too small, ${Math.round(width)} x ${Math.round(height)}: ${told}`)
    }
    return found
  })
}
