import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import type { LiveRoom } from '#protocol/client'
import { findBarriersInBoth } from '../support/axe.ts'
import { SOON, transcript, useRooms } from './room-scene.ts'

const ROOM = 'spoken to the browser'
const scene = useRooms()
let page: Page
let ana: LiveRoom

beforeAll(async () => {
  await scene.make(ROOM)
  page = await scene.open(ROOM)
  ana = await scene.enter(ROOM, 'Ana')
  // headless Chromium has the interface but no service behind it: what it would hear comes from here
  await page.evaluate(() => {
    class Recognition extends EventTarget {
      onresult: ((event: object) => void) | null = null
      onerror: ((event: object) => void) | null = null
      onend: (() => void) | null = null
      start() {
        Object.assign(window, {
          hears: (transcript: string, isFinal: boolean) =>
            this.onresult?.({
              resultIndex: 0,
              results: [Object.assign([{ transcript }], { isFinal })],
            }),
          refuses: (error: string) => this.onerror?.({ error }),
        })
      }
      stop() {
        this.onend?.()
      }
    }
    Object.assign(window, { SpeechRecognition: Recognition })
  })
  // the room is shown anew, and finds it
  await page.getByRole('link', { name: 'Rooms' }).click()
  await page.getByRole('heading', { name: 'Rooms', level: 1 }).waitFor(SOON)
  await page.goBack()
  await page.getByRole('heading', { name: ROOM, level: 1 }).waitFor(SOON)
}, 60_000)

const hears = (text: string, final: boolean) =>
  page.evaluate(
    ([said, isFinal]) =>
      (window as unknown as { hears: (text: unknown, final: unknown) => void }).hears(
        said,
        isFinal,
      ),
    [text, final] as const,
  )

test('the microphone is offered to who has joined, and words become captions', async () => {
  expect(await page.getByRole('button', { name: 'Dictate' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Join' }).first().click()
  await page.getByRole('button', { name: 'Dictate' }).click()
  await page.getByText('Your browser is listening').waitFor(SOON)
  await hears('we open the', false)
  await ana.when(
    (room) => room.transcript.some(({ text, final }) => text === 'we open the' && !final),
    20_000,
  )
  await hears('we open the gate at nine', true)
  await ana.when(
    (room) =>
      room.transcript.some(({ text, final }) => text === 'we open the gate at nine' && final),
    20_000,
  )
  await transcript(page).getByText('we open the gate at nine').waitFor(SOON)
  expect(ana.transcript.filter(({ final }) => !final)).toEqual([])
  expect(await findBarriersInBoth(page)).toEqual([])
})

test('it is stopped by a button, and by leaving', async () => {
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('button', { name: 'Dictate' }).click()
  await page.getByRole('button', { name: 'Leave' }).click()
  await page.getByText('watching', { exact: true }).waitFor(SOON)
  expect(await page.getByText('Your browser is listening').count()).toBe(0)
  await hears('nobody should hear this', true)
  await ana.caption('Is somebody there?')
  await transcript(page).getByText('Is somebody there?').waitFor(SOON)
  expect(ana.transcript.some(({ text }) => text === 'nobody should hear this')).toBe(false)
})

test('a refused microphone is told of, with what to do', async () => {
  await page.getByRole('button', { name: 'Join' }).first().click()
  await page.getByRole('button', { name: 'Dictate' }).click()
  await page.evaluate(() =>
    (window as unknown as { refuses: (error: string) => void }).refuses('not-allowed'),
  )
  const problem = page.getByRole('alert').filter({ hasText: 'may not use the microphone' })
  await problem.waitFor(SOON)
  await problem.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Your browser is listening').waitFor(SOON)
})
