import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LiveRoom } from '#protocol/client'
import { findBarriersInBoth } from '../support/axe.ts'
import { goTo } from '../support/console.ts'
import { SOON, tab, transcript, useRooms } from './room-scene.ts'

const scene = useRooms()
const LONG = 4_000
/** People who speak at once: each may send so many captions a second. */
const SPEAKERS = 20

describe('a long meeting', () => {
  const ROOM = 'the long one'
  let page: Page
  let people: LiveRoom[]
  const seqs: number[] = []

  beforeAll(async () => {
    await scene.make(ROOM)
    // what is measured here is the page, not the agents
    for (const workflow of ['auto_join', 'summarization', 'moderation', 'qa'])
      await scene.rest(`/rooms/${encodeURIComponent(ROOM)}/agents/${workflow}`, {
        method: 'PUT',
        body: JSON.stringify({ enabled: false }),
      })
    people = await Promise.all(
      Array.from({ length: SPEAKERS }, (_, i) => scene.enter(ROOM, `Speaker ${i}`)),
    )
    for (let turn = 0; turn < LONG; turn += SPEAKERS)
      await Promise.all(
        people.map(async (person, i) => {
          const { seq = 0 } = await person.caption(`Turn ${turn + i} of the long meeting.`)
          seqs[turn + i] = seq
        }),
      )
    page = await scene.open(ROOM)
  }, 240_000)

  const drawn = () => transcript(page).locator('.entry').count()

  test('the end is shown at once, and only what is near it is drawn', async () => {
    await transcript(page)
      .getByText(/Turn 39\d\d of/)
      .last()
      .waitFor(SOON)
    expect(await drawn()).toBeLessThan(400)
  })

  test('a search reads all of it, and leads to its beginning', { timeout: 60_000 }, async () => {
    await page.getByRole('searchbox').fill('turn 7 of')
    await page.getByRole('search').getByRole('status').getByText('1 found').waitFor(SOON)
    await page.getByRole('searchbox').press('Enter')
    await transcript(page).locator('.is-marked', { hasText: 'Turn 7 of' }).waitFor(SOON)
    expect(await drawn()).toBeLessThan(600)
    await page.getByRole('searchbox').fill('')
  })

  test('who reads further up is not taken away from there, and told of what is new', async () => {
    const feed = transcript(page)
    const place = await feed.evaluate((element) => element.scrollTop)
    for (const person of people.slice(0, 3)) await person.caption('Something new.')
    const toEnd = page.getByRole('button', { name: /^3 new/ })
    await toEnd.waitFor(SOON)
    expect(await feed.evaluate((element) => element.scrollTop)).toBe(place)
    await toEnd.click()
    await feed.getByText('Something new.').last().waitFor(SOON)
    await expect
      .poll(() => feed.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight))
      .toBeLessThan(60)
  })

  test('scrolling up fetches what was earlier', async () => {
    const fresh = await scene.open(ROOM)
    const feed = transcript(fresh)
    await feed.getByText('Something new.').last().waitFor(SOON)
    const oldest = () =>
      feed.evaluate((element) =>
        Number(element.querySelector('[data-seq]')?.getAttribute('data-seq')),
      )
    for (const upto of [3_000, 2_000]) {
      await expect
        .poll(async () => {
          await feed.evaluate((element) => {
            element.scrollTop = 0
          })
          return oldest()
        }, SOON)
        .toBeLessThan(upto)
    }
    await fresh.context().close()
  })

  test('an address leads to any turn, at once', async () => {
    const linked = await scene.open(ROOM, { at: seqs[1_234] ?? 0 })
    await transcript(linked).locator('.is-marked', { hasText: 'Turn 1234 of' }).waitFor(SOON)
    expect(await transcript(linked).locator('.entry').count()).toBeLessThan(600)
    await linked.context().close()
  })

  test('a turn is shown soon after it is acked, however long the meeting', async () => {
    const slow: number[] = []
    for (let i = 0; i < 5; i++) {
      await people[0]?.caption(`Quick ${i}.`)
      const acked = performance.now()
      await transcript(page).getByText(`Quick ${i}.`).waitFor(SOON)
      slow.push(performance.now() - acked)
    }
    console.log(`4,000 turns: shown ${slow.map((ms) => ms.toFixed(0)).join(', ')} ms after its ack`)
  })
})

describe('a closed room', () => {
  const ROOM = 'retro: closed / done'
  let page: Page
  let decided = 0

  beforeAll(async () => {
    await scene.make(ROOM)
    const ana = await scene.enter(ROOM, 'Ana')
    const { seq = 0 } = await ana.caption('We decided to keep the blue door.')
    decided = seq
    for (let i = 0; i < 12; i++)
      await ana.caption(`Thought ${i} about the blue door and its paint.`)
    await scene.rest(`/rooms/${encodeURIComponent(ROOM)}/close`, { method: 'POST' })
    page = await scene.open(ROOM)
  }, 60_000)

  test('shows its record, and stays closed', async () => {
    await page.getByText('closed', { exact: true }).waitFor(SOON)
    await transcript(page).getByText('keep the blue door').waitFor(SOON)
    expect(await page.getByRole('form').count()).toBe(0)
    expect((await scene.rest(`/rooms/${encodeURIComponent(ROOM)}`)).status).toBe('closed')
    expect(await findBarriersInBoth(page)).toEqual([])
  })

  test('an address leads to a turn of it', async () => {
    const linked = await scene.open(ROOM, { at: decided })
    await transcript(linked).locator('.is-marked', { hasText: 'blue door' }).waitFor(SOON)
    await linked.context().close()
  })

  test('its minutes are read, and taken along in three forms', async () => {
    const panel = await tab(page, 'Minutes')
    await panel.getByRole('row', { name: /Ana 13/ }).waitFor(SOON)
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download', SOON),
        panel.getByRole('button', { name }).click(),
      ])
      return {
        name: download.suggestedFilename(),
        text: await readFile(await download.path(), 'utf8'),
      }
    }
    const markdown = await save('Markdown')
    expect(markdown.name).toBe('minutes-retro-closed-done.md')
    expect(markdown.text).toContain(`<a id="turn-${decided}"></a>`)
    expect(JSON.parse((await save('JSON')).text)).toMatchObject({ room: ROOM })
    expect((await save('WebVTT')).text).toMatch(/^WEBVTT\n[\s\S]*<v Ana>We decided/)
    // as in a page that comes by plain http
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await panel.getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Take the file instead.').waitFor(SOON)
  })

  test('it is opened again only when asked for', async () => {
    await page.getByRole('button', { name: 'Open again' }).click()
    await page.getByRole('dialog').waitFor(SOON)
    const address = page.url()
    await goTo(page, '#/past')
    await page.getByRole('dialog').waitFor({ state: 'hidden', ...SOON })
    await goTo(page, new URL(address).hash)
    await page.getByRole('button', { name: 'Open again' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Open again' }).click()
    await page.getByText('live', { exact: true }).waitFor(SOON)
    await page.getByRole('button', { name: 'Leave' }).waitFor(SOON)
    await transcript(page).getByText('The room was opened').last().waitFor(SOON)
    await transcript(page).getByText('keep the blue door').waitFor(SOON)
  })

  test('a room that is closed while it is watched becomes its record', async () => {
    await scene.rest(`/rooms/${encodeURIComponent(ROOM)}/close`, { method: 'POST' })
    await page.getByText('closed', { exact: true }).waitFor(SOON)
    await transcript(page).getByText('The room was closed').last().waitFor(SOON)
  })
})
