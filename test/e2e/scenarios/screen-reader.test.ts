import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { badHeadings, nameless, readTree, type TreeNode } from '../../support/tree.ts'
import { ANNEX, HALL, PAST, useFullHouse } from './full-house.ts'
import { SOON } from './stage.ts'

describe('as a screen reader has it', { timeout: 60_000 }, () => {
  const house = useFullHouse()
  let page: Page

  beforeAll(() => {
    page = house.console.page
  })

  /** The tree of a page whose controls all have names and whose headings are in order. */
  async function tree(): Promise<TreeNode[]> {
    const read = await readTree(page)
    expect(nameless(read)).toEqual([])
    expect(badHeadings(read)).toEqual([])
    expect(landmarks(read)).toEqual(expect.arrayContaining(['banner', 'navigation Main', 'main']))
    return read
  }
  const inRoom = async (name: string) => {
    await page.getByRole('link', { name: 'Rooms', exact: true }).click()
    await page.getByRole('link', { name }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor(SOON)
    // what comes last, once the room is joined
    await page.getByRole('form', { name: 'Take part' }).waitFor(SOON)
  }

  test('the rooms are a list of links, each with what goes on there', async () => {
    const annex = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: ANNEX }) })
    await annex.getByText('2 cases wait').waitFor(SOON)
    const told = await annex.ariaSnapshot()
    for (const part of ['heading "Annex" [level=2]', 'link "Annex"', '2 people', 'list "Agents"'])
      expect(told).toContain(part)
    expect(heard(await tree())).toContain('link Desk 2 waiting')
  })

  test('a room has its places: conversation, what is beside it, and where one takes part', async () => {
    await inRoom(HALL)
    const read = await tree()
    expect(landmarks(read)).toEqual(
      expect.arrayContaining([
        'region Conversation',
        'region Transcript',
        'search',
        'form Take part',
        'complementary About the room',
      ]),
    )
    expect(heard(read)).toEqual(
      expect.arrayContaining([
        'log Newly said',
        'tablist Parts of the room',
        'tab Summary',
        'tabpanel Summary',
        'searchbox Search the conversation',
        'textbox Ask about anything that was said',
        'button Ask',
      ]),
    )
    for (const name of ['People', 'Agents', 'Insights', 'Minutes']) {
      // the tabs are one stop, and arrows go from one to the next
      await page.getByRole('tab', { selected: true }).focus()
      await page.keyboard.press('ArrowRight')
      await page.getByRole('tabpanel', { name }).waitFor(SOON)
      await page.getByRole('tabpanel', { name }).getByRole('heading').first().waitFor(SOON)
      expect(heard(await tree())).toContain(`tabpanel ${name}`)
    }
  })

  test('what is newly said is read out: people, answers, and cases', async () => {
    await inRoom(ANNEX)
    const log = page.getByRole('log', { name: 'Newly said' })
    expect(await log.getAttribute('aria-live')).toBe('polite')
    const ora = await house.stage.enter('ora', 'Ora', ANNEX)
    await ora.caption('The orchard gate is painted green.')
    await log.getByText('Ora: The orchard gate is painted green.').waitFor(SOON)
    await ora.ask('What colour is the orchard gate?')
    await log.getByText(/Aura says: .*painted green/).waitFor(SOON)
    const ozzy = await house.stage.enter('ozzy', 'Ozzy', ANNEX)
    await ozzy.caption('You are a stupid moron, everybody hates you.')
    await log.getByText('Ozzy was flagged: harassment.').waitFor(SOON)
  })

  test('the desk announces a case that comes in, and what follows a decision', async () => {
    await page.getByRole('link', { name: /^Desk/ }).click()
    await page.getByRole('region', { name: 'Waiting' }).getByRole('button').first().waitFor(SOON)
    const read = await tree()
    expect(landmarks(read)).toEqual(expect.arrayContaining(['region Waiting', 'region Decided']))
    expect(heard(read)).toEqual(
      expect.arrayContaining(['article Case of Odin', 'button Approve', 'button Reject']),
    )
    const olaf = await house.stage.enter('olaf', 'Olaf', ANNEX)
    await olaf.caption('I will kill you, Ora.')
    await page
      .getByRole('status')
      .getByText(/New case: Olaf/)
      .waitFor(SOON)
    await page.keyboard.press('r')
    await page
      .getByRole('status')
      .getByText(/cases? waits?\. .* is next\./)
      .waitFor(SOON)
  })

  test('past rooms are a table with headers, and a record is read like a room', async () => {
    await page.getByRole('link', { name: 'Past' }).click()
    await page.getByRole('rowheader', { name: PAST }).waitFor(SOON)
    expect(heard(await tree())).toEqual(
      expect.arrayContaining(['searchbox Search past rooms by name', 'columnheader Closed']),
    )
    await page.getByRole('link', { name: PAST }).click()
    await page.getByText('The old bridge was opened again').waitFor(SOON)
    const read = await tree()
    expect(landmarks(read)).toContain('region Transcript')
    // nothing is newly said in a room that is closed
    expect(read.filter(({ role }) => role === 'log')).toEqual([])
  })

  test('nothing went wrong on the page meanwhile', () => {
    expect(house.console.wrong).toEqual([])
  })
})

const LANDMARKS = new Set(
  'banner navigation main complementary contentinfo region form search'.split(' '),
)

function landmarks(tree: readonly TreeNode[]): string[] {
  return heard(tree.filter(({ role }) => LANDMARKS.has(role)))
}

/** Each as it is read: its role and its name. */
function heard(tree: readonly TreeNode[]): string[] {
  return tree.map(({ role, name }) => (name === '' ? role : `${role} ${name}`))
}
