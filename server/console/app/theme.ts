import { type ReadonlySignal, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

export interface ThemeChoice {
  readonly theme: ReadonlySignal<Theme>
  set(theme: Theme): void
}

const KEPT = 'theme'

/** Dark or light: as the system has it, unless chosen otherwise, which this browser remembers. */
export function createTheme({ document, localStorage }: Window): ThemeChoice {
  const kept = localStorage.getItem(KEPT)
  const theme = signal<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system')
  const show = () => {
    document.documentElement.dataset.theme = theme.value
  }
  show()
  return {
    theme,
    set: (next) => {
      theme.value = next
      localStorage.setItem(KEPT, next)
      show()
    },
  }
}
