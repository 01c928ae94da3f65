import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with a page as it is now, as short lines: none when it is accessible. */
export async function axeProblems(page: Page): Promise<string[]> {
  // evaluated, not added to the page: its policy allows no foreign script
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target}: ${failureSummary}`),
  )
}

/** The same in light and in dark colours. The page must follow the system's, as it does by default. */
export async function findBarriersInBoth(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    found.push(...(await axeProblems(page)).map((problem) => `${colorScheme}: ${problem}`))
  }
  await page.emulateMedia({ colorScheme: null })
  return found
}
