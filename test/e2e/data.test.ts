import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LiveRoom } from '#protocol/client'
import { findBarriersInBoth } from '../support/axe.ts'
import { goTo } from '../support/console.ts'
import { postJson } from '../support/rest.ts'
import { SOON, tab, transcript, useRooms } from './room-scene.ts'

const ROOM = 'the vault room'
const OTHERS = 'a room of Olga'
const scene = useRooms()

describe('what is kept about people', { timeout: 60_000 }, () => {
  let page: Page
  let vik: LiveRoom

  beforeAll(async () => {
    await scene.make(ROOM)
    await postJson(scene.hub.url, await scene.hub.token('olga'), '/rooms', { name: OTHERS })
    page = await scene.open(ROOM)
    vik = await scene.enter(ROOM, 'Vik')
  }, 60_000)

  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const section = (name: string) => page.getByRole('region', { name })

  test('a room says how long it keeps words and who may read them, to everyone', async () => {
    const panel = await tab(page, 'Agents')
    await panel.getByText('kept until the room is removed').waitFor(SOON)
    await button('Change the room’s privacy').click()
    const dialog = page.getByRole('dialog', { name: 'Privacy of this room' })
    await dialog.getByLabel('For some days').check()
    await dialog.getByLabel('Days', { exact: true }).fill('30')
    await dialog.getByText('It cannot be brought back').waitFor(SOON)
    await dialog.getByLabel('The hub’s admins may read').check()
    expect(await findBarriersInBoth(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Save' }).click()
    const head = page.locator('.room-head')
    await head.getByText('kept 30 days').waitFor(SOON)
    await head.getByText('admins read').waitFor(SOON)
    await vik.when(({ state }) => state.settings.retention_days === 30, SOON.timeout)
    expect(vik.state.settings.admins_may_read).toBe(true)
    await panel.getByText('deleted after 30 days').waitFor(SOON)
  })

  test('moderators see who was told that agents listen, and who opted out', async () => {
    const panel = await tab(page, 'People')
    await panel.getByText('Who was told').click()
    const row = panel.locator('details').getByRole('listitem').filter({ hasText: 'Vik' })
    await row.getByText(/^told/).waitFor(SOON)
    await vik.setTranscription(false)
    await row.getByText('opted out').waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    const other = await scene.open(ROOM, { user: 'wim' })
    await (await tab(other, 'People')).getByText('Vik').first().waitFor(SOON)
    expect(await other.getByText('Who was told').count()).toBe(0)
    // what is theirs as a whole is not for a sign-in to one room
    await goTo(other, '#/data')
    await other.getByText('This sign-in is for certain rooms only').waitFor(SOON)
    expect(await other.getByRole('button', { name: /Erase|export/ }).count()).toBe(0)
    await other.context().close()
  })

  test('one’s own name leads to what is kept, and what was done', async () => {
    await page.getByRole('link', { name: 'Hana Host : your data' }).click()
    await page.getByRole('heading', { name: 'Your data', level: 1 }).waitFor(SOON)
    const audit = section('What was done with your things')
    const changed = audit.getByRole('listitem').filter({ hasText: 'Room settings changed' })
    await changed.getByText(/by you, from 127\.0\.0\.1/).waitFor(SOON)
    await changed.getByText(/retention days 30/).waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth)
    expect(await wide()).toBeLessThanOrEqual(390)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('an export is asked for once, fetched, and deleted', async () => {
    const asked: string[] = []
    await page.route('**/privacy/exports', async (route) => {
      if (route.request().method() === 'POST') {
        asked.push(route.request().url())
        // as on a slow network: there is time for another click
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
      }
      await route.continue()
    })
    const exports = section('Take your data along')
    const make = exports.getByRole('button', { name: 'Make an export' })
    await make.click()
    // Playwright itself would wait until it may be pressed
    await make.dispatchEvent('click')
    const [download] = await Promise.all([
      page.waitForEvent('download', SOON),
      exports.getByRole('button', { name: 'Download' }).click(SOON),
    ])
    expect(asked).toHaveLength(1)
    await page.unroute('**/privacy/exports')
    expect(download.suggestedFilename()).toMatch(/^auralink-\d{4}-\d\d-\d\d\.zip$/)
    const archive = await readFile(await download.path())
    expect(archive.subarray(0, 2).toString()).toBe('PK')
    expect(archive.includes('manifest.json')).toBe(true)
    await exports.getByText(/deleted on/).waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    await exports.getByRole('button', { name: 'Delete the export' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await exports.getByRole('listitem').waitFor({ state: 'detached', ...SOON })
  })

  test('everything is erased when one has typed who one is, by keyboard alone', async () => {
    const reader = await scene.open(OTHERS, { user: 'gus' })
    const host = await scene.enter(OTHERS, 'Host')
    await host.caption('Nobody may ever know of the blue door.')
    await transcript(reader).getByText('blue door').waitFor(SOON)

    await button('Erase everything …').focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Erase everything about you?' })
    await dialog.waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    await page.keyboard.type('hana')
    await page.keyboard.press('Enter')
    await dialog.getByText('That is not your user id. Type: host').waitFor(SOON)
    await dialog.getByRole('textbox').fill('')
    await page.keyboard.type('host')
    await page.keyboard.press('Enter')

    const receipt = page.getByRole('dialog', { name: 'Everything about you is erased' })
    await receipt.waitFor(SOON)
    await receipt.getByText('Your key is destroyed.').waitFor(SOON)
    await receipt.getByRole('row', { name: /^Rooms 1 / }).waitFor(SOON)
    expect(await findBarriersInBoth(page)).toEqual([])
    // the page may be loaded again meanwhile: the receipt is still to be read
    await page.reload()
    const [saved] = await Promise.all([
      page.waitForEvent('download', SOON),
      receipt.getByRole('button', { name: 'Save this receipt' }).click(SOON),
    ])
    const said = await readFile(await saved.path(), 'utf8')
    expect(JSON.parse(said)).toMatchObject({ keys_shredded: 1 })
    expect(said).not.toContain('host')
    await receipt.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to your rooms' }).waitFor(SOON)

    // who reads on sees at once that it is gone
    await transcript(reader)
      .getByText('blue door')
      .waitFor({ state: 'detached', ...SOON })
    await transcript(reader)
      .getByText(/[Ee]rased/)
      .first()
      .waitFor(SOON)
    expect((await scene.rest('/rooms')).items).toEqual([])
  })
})
