import type { Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { findBarriersInBoth } from '../../support/axe.ts'
import { goTo, openConsole } from '../../support/console.ts'
import { ANNEX, HALL, PAST, useFullHouse } from './full-house.ts'
import { SOON } from './stage.ts'

/** Each is looked at twice, and Chromium shares the machine. */
const LONG = { timeout: 120_000 }

describe('axe finds nothing, in dark and in light', LONG, () => {
  const house = useFullHouse()
  let page: Page

  beforeAll(() => {
    page = house.console.page
  })

  /** Waits for what is to be looked at, and looks. */
  async function clean(what: Promise<unknown>) {
    await what
    expect(await findBarriersInBoth(page)).toEqual([])
  }
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name }).waitFor(SOON)
  const room = (name: string) => goTo(page, `#/rooms/${encodeURIComponent(name)}`)
  const tab = async (name: string) => {
    await page.getByRole('tab', { name }).click()
    await page.getByRole('tabpanel', { name }).waitFor(SOON)
  }

  test('at the sign-in, also with a problem', async () => {
    const before = page
    const guest = await openConsole(house.stage.browser, house.stage.hub)
    page = guest.page
    await clean(page.getByRole('heading', { name: 'Sign in to your rooms' }).waitFor(SOON))
    await page.getByLabel('Sign-in link or token').fill('let me in')
    await button('Sign in').click()
    await clean(page.getByText('This is no token.').waitFor(SOON))
    await page.context().close()
    page = before
  })

  test('among the rooms', async () => {
    await clean(page.getByText('2 cases wait').waitFor(SOON))
    await page.getByLabel('Room name').fill('x')
    await clean(page.getByLabel('Speed of the sample meeting').waitFor(SOON))
  })

  test('in a room, watching and taking part', async () => {
    await room(HALL)
    await clean(page.getByText('I will send the permit').first().waitFor(SOON))
    await page.getByRole('searchbox', { name: 'Search the conversation' }).fill('bridge')
    await clean(page.getByText(/\d+ found/).waitFor(SOON))
    await page.getByText('Say', { exact: true }).click()
    await clean(page.getByText('You are watching').waitFor(SOON))
    await page.getByRole('form').getByRole('button', { name: 'Join' }).click()
    await clean(button('Leave').waitFor(SOON))
    await page.getByText('Chat', { exact: true }).click()
    await clean(page.getByRole('combobox', { name: 'to' }).waitFor(SOON))
  })

  test('in what is beside the conversation', async () => {
    await clean(tab('Summary'))
    await tab('Agents')
    await clean(page.getByRole('switch').nth(3).waitFor(SOON))
    await tab('Insights')
    await clean(page.getByRole('figure').first().waitFor(SOON))
    await tab('Minutes')
    await clean(page.getByRole('heading', { name: 'Participants' }).waitFor(SOON))
    await tab('People')
    await clean(button('Restore Rex').waitFor(SOON))
  })

  test('in the dialogs of a room', async () => {
    for (const [open, name] of [
      ['Warn Ben', 'Warn Ben'],
      ['Mute Ben', 'Mute Ben'],
      ['Remove Ben', 'Remove Ben'],
      ['Restore Rex', 'Restore Rex?'],
    ] as const) {
      await button(open).click()
      await clean(dialog(name))
      await button('Cancel').click()
    }
    await tab('Agents')
    await button('Policy').click()
    await clean(dialog('Moderation policy'))
    await button('Cancel').click()
    await button('Rename the Answers agent').click()
    await clean(page.getByRole('textbox', { name: 'Name of the Answers agent' }).waitFor(SOON))
    await page.keyboard.press('Escape')
  })

  test('under a note of what was done', async () => {
    await tab('People')
    await button('Warn Ben').click()
    await dialog('Warn Ben')
    await page.getByRole('dialog').getByRole('button', { name: 'Warn', exact: true }).click()
    await clean(page.getByText('Ben was warned.').waitFor(SOON))
  })

  test('at the desk and in its dialogs', async () => {
    await goTo(page, '#/desk')
    await clean(button('Approve').waitFor(SOON))
    await page.keyboard.press('?')
    await clean(dialog('Keys of the desk'))
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await clean(dialog(/^Change what happens to/))
    await page.keyboard.press('Escape')
    await page.keyboard.press('c')
    await clean(page.getByText('Yours').waitFor(SOON))
    await page.keyboard.press('r')
    await page.getByText(/Rejected: nothing/).waitFor(SOON)
    await page.keyboard.press('r')
    await clean(page.getByText('All clear.').waitFor(SOON))
  })

  test('at an empty desk', async () => {
    const before = page
    const { page: empty } = await house.stage.open('nobody')
    page = empty
    await goTo(page, '#/desk')
    await clean(page.getByRole('heading', { name: 'Cases come here by themselves' }).waitFor(SOON))
    await page.context().close()
    page = before
  })

  test('among past rooms, in a record, and asked whether to open it again', async () => {
    await goTo(page, '#/past')
    await clean(page.getByRole('rowheader', { name: PAST }).waitFor(SOON))
    await room(PAST)
    await clean(page.getByText('The old bridge was opened again').first().waitFor(SOON))
    await button('Open again').click()
    await clean(dialog('Open the room again?'))
    await button('Cancel').click()
  })

  test('where there is nothing to see', async () => {
    await room('of nobody')
    await clean(page.getByRole('heading', { name: 'There is no such room for you' }).waitFor(SOON))
    await goTo(page, '#/nothing')
    await clean(page.getByRole('heading', { name: 'There is no such page' }).waitFor(SOON))
  })

  test('while the connection is cut', async () => {
    await room(ANNEX)
    await page.getByText('You are a bit of an idiot.').first().waitFor(SOON)
    await page.context().setOffline(true)
    await clean(page.getByText(/The connection is cut/).waitFor(SOON))
    await page.context().setOffline(false)
    await clean(page.getByText(/Connected again/).waitFor(SOON))
  })

  test('when the sign-in has ended', async () => {
    const before = page
    const token = await house.stage.hub.token('brief', { expiresAt: Date.now() + 4_000 })
    const brief = await openConsole(house.stage.browser, house.stage.hub, { token })
    page = brief.page
    await clean(dialog('Sign in again'))
    await page.context().close()
    page = before
  })

  afterEach(() => expect(house.console.wrong).toEqual([]))
})
