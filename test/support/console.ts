import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { TestHub } from './hub.ts'

export interface ConsolePage {
  page: Page
  /** What the page threw, logged as an error, opened as a dialog or had refused by its policy. */
  wrong: string[]
}

/** What Chromium itself logs about an answer that is an error, or a hub that is away. */
const OF_THE_NETWORK = /^Failed to load resource|^WebSocket connection to/

/** Opens the console in a browser of its own, signed in when a token is given. */
export async function openConsole(
  browser: Browser,
  hub: Pick<TestHub, 'url'>,
  { token, path = '', ...options }: { token?: string; path?: string } & BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('dialog', (dialog) => wrong.push(`dialog: ${dialog.message()}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!OF_THE_NETWORK.test(message.text())) wrong.push(message.text())
  })
  await page.goto(token === undefined ? `${hub.url}/` : `${hub.url}/#token=${token}`)
  if (token !== undefined) await page.getByRole('navigation', { name: 'Main' }).waitFor()
  if (path !== '') await goTo(page, path)
  return { page, wrong }
}

/** Goes to a page of the console by its address, as `#/desk`. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to
  }, hash)
}
