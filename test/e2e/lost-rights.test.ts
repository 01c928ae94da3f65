import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { goTo } from '../support/console.ts'
import { SOON, tab, transcript, useRooms } from './room-scene.ts'

const GONE = 'There is no such room for you'

describe('who loses rights while they look, in Chromium', () => {
  const scene = useRooms()

  async function member(room: string, user: string, ...rights: string[]): Promise<void> {
    const body = JSON.stringify({ rights })
    await scene.rest(`/rooms/${room}/members/${user}`, { method: 'PUT', body })
  }
  async function openAs(user: string, room: string): Promise<Page> {
    return scene.open(room, { user, token: await scene.hub.token(user) })
  }

  test('a room that is deleted under its readers says so', async () => {
    await scene.make('short')
    const page = await scene.open('short')
    await transcript(page).getByText('The room was opened').waitFor(SOON)
    await scene.rest('/rooms/short', { method: 'DELETE' })
    await page.getByRole('heading', { name: GONE }).waitFor(SOON)
    const rooms: { items: { name: string }[] } = await scene.rest('/rooms')
    // looking at it has not made it again
    expect(rooms.items.map(({ name }) => name)).not.toContain('short')
  })

  test('who is a member no longer is shown the room no longer', async () => {
    await scene.make('club')
    await member('club', 'mia', 'join')
    const page = await openAs('mia', 'club')
    await transcript(page).getByText('The room was opened').waitFor(SOON)
    await scene.rest('/rooms/club/members/mia', { method: 'DELETE' })
    await page.getByRole('heading', { name: GONE }).waitFor(SOON)
  })

  test('a moderator who is one no longer loses the controls, and stays in the room', async () => {
    await scene.make('forum')
    await scene.enter('forum', 'Ana')
    await member('forum', 'mona', 'moderate')
    const page = await openAs('mona', 'forum')
    await page.getByRole('button', { name: 'Join', exact: true }).click()
    const people = await tab(page, 'People')
    await people.getByRole('button', { name: 'Mute Ana' }).waitFor(SOON)
    await member('forum', 'mona', 'join')
    await people.getByRole('button', { name: 'Mute Ana' }).waitFor({ state: 'hidden', ...SOON })
    await people.getByText('you', { exact: true }).waitFor(SOON)
  })

  test('a desk lets go of the cases of a room that its user moderates no longer', {
    timeout: 60_000,
  }, async () => {
    await scene.make('court')
    await scene.rest('/rooms/court/agents/moderation', {
      method: 'PUT',
      body: JSON.stringify({ settings: { waits: ['warn', 'mute', 'remove'] } }),
    })
    await member('court', 'max', 'moderate')
    const page = await openAs('max', 'court')
    await goTo(page, '#/desk')
    await page.getByText('All clear.').waitFor(SOON)
    const ana = await scene.enter('court', 'Ana')
    await ana.caption('You are a useless idiot, and everybody here knows it.')
    await page.getByRole('article', { name: 'Case of Ana' }).waitFor(SOON)
    await scene.rest('/rooms/court/members/max', { method: 'DELETE' })
    await page.keyboard.press('a')
    await page.getByText('There is no such case.').waitFor(SOON)
    await page.getByText('All clear.').waitFor(SOON)
  })
})
