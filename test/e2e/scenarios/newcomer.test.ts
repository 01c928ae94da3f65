import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../support/browser.ts'
import { openConsole } from '../../support/console.ts'
import { startHub, type TestHub } from '../../support/hub.ts'
import { entries, isInView } from './feed.ts'

/** From the sign-in link to everything seen, ms. */
const A_MINUTE = 60_000

let hub: TestHub
let browser: Browser

beforeAll(async () => {
  // nothing is configured, as for whoever runs `npm start` for the first time
  hub = await startHub({ env: { AUTH_SECRET: undefined } })
  browser = await launchBrowser()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await hub?.stop()
})

test("a newcomer's first minute", { timeout: 180_000 }, async () => {
  const begun = Date.now()
  const seen: string[] = []
  const see = (what: string) => seen.push(`${what} ${((Date.now() - begun) / 1000).toFixed(1)} s`)
  const left = () => ({ timeout: Math.max(1, A_MINUTE - (Date.now() - begun)) })

  // the link that the hub printed, and nothing else
  const { origin: url, hash } = signIn()
  const { page, wrong } = await openConsole(
    browser,
    { url },
    { token: hash.slice('#token='.length) },
  )
  await page.getByRole('heading', { name: 'See it work: play a meeting' }).waitFor(left())
  see('first screen')
  await page.getByRole('button', { name: 'Play the sample meeting' }).click()
  const transcript = page.getByRole('region', { name: 'Transcript' })
  await transcript.getByText('This is the launch planning for Larkspur two').waitFor(left())
  see('first words')

  await entries(page, 'said')
    .filter({ hasText: /Welcome|Hello|Hi\b/ })
    .first()
    .waitFor(left())
  see('greeting')

  const answer = entries(page, 'said').filter({ hasText: 'loses the last change' })
  await answer.waitFor(left())
  see('answer')
  expect(await transcript.getByText('How often does the sync bug lose a change?').count()).toBe(1)

  const summary = page.getByRole('tabpanel', { name: 'Summary' })
  const decision = summary.getByText(/launch on October fourteenth/)
  await decision.waitFor(left())
  see('decision in the summary')
  await summary.getByText('Tomás Rivera').first().waitFor(left())
  await summary
    .getByText(/due .*Wednesday/i)
    .first()
    .waitFor(left())
  see('action item with who and when')

  const warned = transcript.getByText(/The policy warned Viktor Hale/)
  await warned.waitFor(left())
  see('moderation')
  console.log(`a newcomer's first minute: ${seen.join(', ')}`)

  // the answer's citation leads to the turn that says so, and marks it
  const cited = entries(page, 'turn').filter({ hasText: 'one of them loses the last change' })
  const seq = await cited.getAttribute('data-seq')
  const link = answer.getByRole('link', { name: /where this was said/ })
  await link.and(page.locator(`[href$="at=${seq}"]`)).click()
  await expect.poll(() => cited.getAttribute('class')).toContain('is-marked')
  await expect.poll(() => cited.evaluate((row) => row === document.activeElement)).toBe(true)
  await expect.poll(() => isInView(cited)).toBe(true)
  expect(page.url()).toContain(`at=${seq}`)

  // the case that the policy made is at the desk, with what was said
  await page.getByRole('link', { name: 'Desk' }).click()
  const decided = page.getByRole('region', { name: 'Decided' })
  await decided.getByRole('button', { name: /Viktor Hale.*Warn/ }).click()
  await page.getByText('You are a useless idiot, Tomás').waitFor(left())
  expect(wrong).toEqual([])
})

function signIn(): URL {
  const link = hub.log.map((line) => line.sign_in).find((one) => typeof one === 'string')
  if (typeof link !== 'string') throw new Error('the hub printed no sign-in link')
  return new URL(link)
}
