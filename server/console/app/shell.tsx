import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Avatar, Button, Icon, type IconName, Waiting } from '../ui/index.ts'
import { Brand } from './brand.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { useApp } from './context.ts'
import { hrefOf, type Route } from './route.ts'
import { SignInAgain, SignInPage } from './sign-in.tsx'
import type { Theme } from './theme.ts'
import './shell.css'

export interface Place {
  label: string
  icon: IconName
  href: string
  current: boolean
  /** How many things wait there. */
  waiting?: number
}

/** The places that the navigation leads to. */
export function placesOf({ page }: Route, waiting: number, role?: string): Place[] {
  const operations: Place = { label: 'Operations', icon: 'bolt', href: '/debug', current: false }
  return [
    {
      ...{ label: 'Rooms', icon: 'rooms', href: hrefOf({ page: 'rooms' }) },
      current: page === 'rooms' || page === 'room',
    },
    {
      ...{ label: 'Desk', icon: 'shield', href: hrefOf({ page: 'desk' }), waiting },
      current: page === 'desk',
    },
    {
      ...{ label: 'Past', icon: 'clock', href: hrefOf({ page: 'past' }) },
      current: page === 'past',
    },
    ...(role === 'admin' ? [operations] : []),
  ]
}

/** The frame around every page of who is signed in. `here` changes when another page is shown. */
export function Shell(props: { places: Place[]; here: string; children: ComponentChildren }) {
  const { session } = useApp()
  const main = useFocusOnArrival(props.here)
  const signedIn = session.signedIn.value
  if (signedIn === 'out' || signedIn === 'checking') return <SignInPage />
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="topbar">
        <Brand />
        <nav aria-label="Main">
          {props.places.map(({ label, icon, href, current, waiting = 0 }) => (
            <a key={href} href={href} {...(current ? { 'aria-current': 'page' } : {})}>
              <Icon name={icon} />
              {label}
              <Waiting count={waiting} />
            </a>
          ))}
        </nav>
        <Account />
      </header>
      <ConnectionBanner />
      <main ref={main} tabIndex={-1}>
        {props.children}
      </main>
      <SignInAgain />
    </div>
  )
}

/** Someone who follows a link is on a new page: focus and reading begin there. */
function useFocusOnArrival(here: string) {
  const main = useRef<HTMLElement>(null)
  const before = useRef(here)
  useEffect(() => {
    if (before.current === here) return
    before.current = here
    main.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [here])
  return main
}

const NEXT_THEME: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const THEME_ICON: Record<Theme, IconName> = { system: 'system', light: 'sun', dark: 'moon' }

function Account() {
  const { session, theme } = useApp()
  const user = session.user.value
  const now = theme.theme.value
  return (
    <div class="account">
      <Button
        kind="ghost"
        icon={THEME_ICON[now]}
        label={`Colours: ${now}. Change to ${NEXT_THEME[now]}`}
        onClick={() => theme.set(NEXT_THEME[now])}
      />
      {user && (
        <a
          class="who"
          href={`/${hrefOf({ page: 'data' })}`}
          title={`Signed in as ${user.id} (${user.role}). Your data`}
        >
          <Avatar id={user.id} name={user.name} />
          <bdi>{user.name}</bdi>
          <span class="sr-only">: your data</span>
        </a>
      )}
      <Button kind="ghost" icon="exit" label="Sign out" onClick={session.signOut} />
    </div>
  )
}
