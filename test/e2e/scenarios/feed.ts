import type { Locator, Page } from 'playwright-core'

/** Entries of the room's conversation: `turn`, `said` by an agent, `asked`, `chat`, `note`. */
export function entries(page: Page, kind: string): Locator {
  return page.getByRole('region', { name: 'Transcript' }).locator(`li.${kind}[data-seq]`)
}

/** Whether all of it is where one can see it. */
export function isInView(place: Locator): Promise<boolean> {
  return place.evaluate(
    (element) =>
      new Promise<boolean>((resolve) => {
        const observer = new IntersectionObserver(([entry]) => {
          observer.disconnect()
          resolve((entry?.intersectionRatio ?? 0) > 0.99)
        })
        observer.observe(element)
      }),
  )
}

export interface Said {
  seq: number
  text: string
}

/** What people and agents said and wrote, as the page shows it from top to bottom. */
export function shownWords(page: Page): Promise<Said[]> {
  const rows = page.getByRole('region', { name: 'Transcript' }).locator('li[data-seq]')
  return rows.evaluateAll((all) =>
    all.flatMap((row) => {
      const words = row.matches('.asked') ? null : row.querySelector('.words')
      const seq = Number(row.getAttribute('data-seq'))
      return words === null ? [] : [{ seq, text: words.textContent ?? '' }]
    }),
  )
}
