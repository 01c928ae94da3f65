import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CaseView, connectHub, type Hub, type LiveRoom } from '#protocol/client'
import type { ConsolePage } from '../../support/console.ts'
import { SOON, type Stage, startStage } from './stage.ts'

const HARBOUR = 'Harbour works'
const ORCHARD = 'Orchard'
const MO = 'mo'

let stage: Stage
let desk: ConsolePage
let other: Hub | undefined

beforeAll(async () => {
  stage = await startStage()
}, 180_000)

afterAll(async () => {
  other?.close()
  await stage?.end()
})

test("a moderator's hour in three minutes, by keyboard alone", { timeout: 180_000 }, async () => {
  // in one room the policy warns by itself and asks for the rest; in the other it does nothing alone
  await stage.make(MO, HARBOUR)
  await stage.make(MO, ORCHARD)
  await stage.setAgent(MO, HARBOUR, 'moderation', { settings: { waits: ['mute', 'remove'] } })
  await stage.setAgent(MO, ORCHARD, 'moderation', { settings: { automatic: false } })
  const [hal, hope, hugo] = await peopleIn(HARBOUR, ['hal', 'hope', 'hugo'])
  const [ora, otto, odin] = await peopleIn(ORCHARD, ['ora', 'otto', 'odin'])

  desk = await stage.open(MO)
  const { page, wrong } = desk
  const begun = Date.now()
  await page.getByRole('heading', { name: 'Rooms', level: 1 }).waitFor(SOON)
  await tabTo(page, 'link', 'Desk')
  await page.keyboard.press('Enter')
  await page.getByText('All clear.').waitFor(SOON)

  // a second moderator of the harbour, at a desk of their own
  other = connectHub({
    url: stage.hub.url,
    token: await stage.hub.token('mia', { rooms: { [HARBOUR]: ['moderate'] } }),
  })
  const claims: unknown[] = []
  other.on('event', (event) => event.type === 'moderation.claimed' && claims.push(event.data.by))
  await other.watchDesk()

  await hope.caption('The east pier gets its new lamps on Monday.')
  await hal.caption('Shut up, you fucking idiot.')
  await hugo.caption('I will kill you, Hal, I know where you live.')
  await ora.caption('You are a bit of an idiot.')
  await otto.caption('You are a stupid moron, everybody hates you.')
  await odin.caption('I will kill you, Otto.')
  await expect.poll(() => rows(page, 'Waiting'), SOON).toHaveLength(4)
  await expect.poll(() => rows(page, 'Decided'), SOON).toEqual(['Hal'])
  // the gravest first, of equals the one that waits longest
  expect(await rows(page, 'Waiting')).toEqual(['Hugo', 'Odin', 'Otto', 'Ora'])

  // Hugo: claimed, so that others see it, and approved as the policy proposes
  await go(page, 'Hugo')
  await page.getByText('I will kill you, Hal').waitFor(SOON)
  await press(page, 'c', 'You are at Hugo')
  await expect.poll(() => claims, SOON).toEqual([MO])
  await press(page, 'a', 'Approved for Hugo: mute for 5 min')
  await expect(hugo.caption('And now?')).rejects.toMatchObject({ code: 'muted' })

  // Odin: a mute is proposed, and made a removal of ten minutes
  await go(page, 'Odin')
  await page.keyboard.press('e')
  const change = page.getByRole('dialog', { name: 'Change what happens to Odin' })
  await change.waitFor(SOON)
  await tabTo(page, 'radio', 'Mute')
  await page.keyboard.press('ArrowDown')
  await tabTo(page, 'spinbutton', 'Minutes')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('10')
  await press(page, 'Enter', 'Approved for Odin: remove for 10 min')
  await odin.when(({ status }) => status === 'ended', SOON.timeout)
  await expect(stage.enter('odin', 'Odin', ORCHARD)).rejects.toMatchObject({ code: 'removed' })

  // Otto: muted in place of warned, and then set free again
  await go(page, 'Otto')
  await page.keyboard.press('e')
  await page.getByRole('dialog', { name: 'Change what happens to Otto' }).waitFor(SOON)
  await tabTo(page, 'radio', 'Warn')
  await page.keyboard.press('ArrowDown')
  await press(page, 'Enter', 'Approved for Otto: mute until undone')
  await expect(otto.caption('What?')).rejects.toMatchObject({ code: 'muted' })
  await press(page, 'u', 'Undone: Otto is as before')
  expect(await otto.caption('Sorry, all of you.')).toMatchObject({ seq: expect.any(Number) })

  // Ora: nothing held against her. Hal: what the policy did by itself is confirmed
  await go(page, 'Ora')
  await press(page, 'r', 'Rejected: nothing is held against Ora')
  await page.getByText('All clear.').waitFor(SOON)
  expect(await ora.caption('We pick the early apples first.')).toHaveProperty('seq')
  await go(page, 'Hal')
  await press(page, 'a', 'Approved for Hal: warn')
  const took = Date.now() - begun
  console.log(`five cases of six people in two rooms, decided by keyboard in ${took} ms`)
  expect(took).toBeLessThan(60_000)

  // what the desk shows is what the hub has
  await expect.poll(() => rows(page, 'Waiting'), SOON).toEqual([])
  expect(await casesOf(HARBOUR)).toEqual(['Hal warn approved', 'Hugo mute approved'])
  expect(await casesOf(ORCHARD)).toEqual([
    'Odin remove approved',
    'Ora warn rejected',
    'Otto mute undone',
  ])
  expect(await hope.caption('The lamps are paid for.')).toHaveProperty('seq')
  expect(wrong).toEqual([])
})

async function peopleIn<T extends string[]>(room: string, users: [...T]) {
  const names = users.map((user) => user.slice(0, 1).toUpperCase() + user.slice(1))
  const joined = users.map((user, i) => stage.enter(user, names[i] ?? '', room))
  return (await Promise.all(joined)) as { [K in keyof T]: LiveRoom }
}

/** Who the cases of a list are about, from top to bottom. */
function rows(page: Page, list: 'Waiting' | 'Decided'): Promise<string[]> {
  const names = page.getByRole('region', { name: list }).getByRole('button').locator('strong')
  return names.allTextContents()
}

/** Moves to the case of someone by j and k. */
async function go(page: Page, name: string): Promise<void> {
  const at = page.getByRole('article', { name: `Case of ${name}` })
  for (const key of ['k', 'j'])
    for (let i = 0; i < 8 && !(await at.isVisible()); i++) {
      await page.keyboard.press(key)
      await expectFocusOnCase(page)
    }
  await at.waitFor(SOON)
}

/** Presses a key, waits until the page says what has come of it, and expects the focus to be kept. */
async function press(page: Page, key: string, said: string): Promise<void> {
  await page.keyboard.press(key)
  await page.getByRole('status').getByText(said).waitFor(SOON)
  await expectFocusOnCase(page)
}

/** The focus is at a case of the list, or at the desk's title where there is none: never lost. */
async function expectFocusOnCase(page: Page): Promise<void> {
  const focused = () => page.evaluate(() => document.activeElement?.id ?? '')
  await expect.poll(focused, SOON).toMatch(/^case-|^desk-title$/)
}

/** A room's cases as REST has them: who, what, and what has become of it. */
async function casesOf(room: string): Promise<string[]> {
  const response = await fetch(
    `${stage.hub.url}/api/v1/rooms/${encodeURIComponent(room)}/cases?limit=100`,
    { headers: { authorization: `Bearer ${await stage.hub.token(MO)}` } },
  )
  const { items } = (await response.json()) as { items: CaseView[] }
  return items.map((one) => `${one.target_name} ${one.action} ${one.status}`).sort()
}

/** Goes on with Tab until something has the focus. */
async function tabTo(page: Page, role: 'link' | 'radio' | 'spinbutton', name: string) {
  const wanted = page.getByRole(role, { name }).and(page.locator(':focus'))
  for (let i = 0; i < 40 && (await wanted.count()) === 0; i++) await page.keyboard.press('Tab')
  expect(await wanted.count()).toBe(1)
}
