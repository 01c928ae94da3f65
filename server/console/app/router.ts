import { type ReadonlySignal, signal } from '@preact/signals'
import { hrefOf, parseRoute, type Route } from './route.ts'

export interface Router {
  readonly route: ReadonlySignal<Route>
  go(route: Exclude<Route, { page: 'unknown' }>): void
}

/** Follows the address of the window for as long as the page lives. */
export function createRouter(at: Window): Router {
  const route = signal(parseRoute(at.location.hash))
  at.addEventListener('hashchange', () => {
    route.value = parseRoute(at.location.hash)
  })
  return {
    route,
    go: (to) => {
      at.location.hash = hrefOf(to)
    },
  }
}
