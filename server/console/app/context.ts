import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Confirm } from '../ui/confirm.tsx'
import type { Toasts } from '../ui/toasts.tsx'
import type { Router } from './router.ts'
import type { Session } from './session.ts'
import type { ThemeChoice } from './theme.ts'

/** What every part of the page can reach. */
export interface AppParts {
  session: Session
  router: Router
  toasts: Toasts
  confirm: Confirm
  theme: ThemeChoice
}

export const AppContext = createContext<AppParts | undefined>(undefined)

/** The parts of the page: `const { session, toasts } = useApp()`. */
export function useApp(): AppParts {
  const parts = useContext(AppContext)
  if (parts === undefined) throw new Error('Rendered outside of the page.')
  return parts
}
