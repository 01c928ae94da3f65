import { computed } from '@preact/signals'
import { type ComponentType, render } from 'preact'
import { ConfirmDialog, createConfirm } from '../ui/confirm.tsx'
import { createToasts, ToastRegion } from '../ui/toasts.tsx'
import { AppContext } from './context.ts'
import { createRouter } from './router.ts'
import { createSession } from './session.ts'
import { createTheme } from './theme.ts'
import '../styles/tokens.css'
import '../styles/base.css'

/** Makes the parts of a page and shows it: what every entry of the console begins with. */
export function mount(Page: ComponentType): void {
  const root = document.getElementById('app')
  if (root === null) throw new Error('The page has no place for the app.')
  const theme = createTheme(window)
  const session = createSession({ window, clock: Date.now })
  const parts = {
    session,
    theme,
    router: createRouter(window),
    toasts: createToasts((run, ms) => setTimeout(run, ms)),
    confirm: createConfirm(),
  }
  // what was asked on another page is void
  window.addEventListener('hashchange', () => parts.confirm.asked.value?.answer(false))
  // what one was told, and could undo, is nothing for who signs in next
  computed(() => session.user.value?.id).subscribe(() => parts.toasts.clear())
  render(
    <AppContext.Provider value={parts}>
      <Page />
      <ToastRegion toasts={parts.toasts} />
      <ConfirmDialog confirm={parts.confirm} />
    </AppContext.Provider>,
    root,
  )
}
