import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { connectHub, type Hub, HubError } from '#protocol/client'
import { deferred } from './deferred.ts'
import { createFetcher, type RestOptions } from './rest.ts'
import { readTokenUser, type TokenUser, tokenIn } from './token.ts'

/** How the page's socket is: `cut` comes back by itself, `draining` is a hub that restarts. */
type Connection = 'off' | 'connecting' | 'live' | 'cut' | 'draining'

/**
 * `out`: nobody is signed in. `in`: somebody is. `ending`: still, but the token ends within a minute.
 * `again`: the hub takes the token no longer; everything on the page stays until a new one comes.
 */
type SignedIn = 'out' | 'checking' | 'in' | 'ending' | 'again'

export interface Session {
  readonly signedIn: ReadonlySignal<SignedIn>
  readonly user: ReadonlySignal<TokenUser | undefined>
  /** The live connection; undefined while signed out. It survives a new token of the same user. */
  readonly hub: ReadonlySignal<Hub | undefined>
  readonly connection: ReadonlySignal<Connection>
  /** An answer is late: what is shown may be behind. */
  readonly slow: ReadonlySignal<boolean>
  /** Why the last sign-in did not hold. */
  readonly problem: ReadonlySignal<string | undefined>
  /** Signs in by a token or a sign-in link. Never throws: `problem` says what is wrong with it. */
  signIn(pasted: string): Promise<void>
  /** Asks for a new token at once, before the present one ends. */
  signInAgain(): void
  signOut(): void
  /** A REST call's JSON; `path` is below `/api/v1`, as `/rooms?limit=10`. @throws HubError */
  rest<T>(path: string, options?: RestOptions): Promise<T>
  /** A REST call's response, for what is no JSON. @throws HubError */
  raw(path: string, options?: RestOptions): Promise<Response>
}

export interface SessionDeps {
  window: Window
  clock: () => number
}

const KEPT = 'token'
/** A hub that cannot be reached at the sign-in is asked again after this, ms. */
const AGAIN_MS = 2_000

export function createSession({ window, clock }: SessionDeps): Session {
  const signedIn = signal<SignedIn>('out')
  const user = signal<TokenUser | undefined>(undefined)
  const hub = signal<Hub | undefined>(undefined)
  const connection = signal<Connection>('off')
  const slow = signal(false)
  const problem = signal<string | undefined>(undefined)
  let token: string | undefined
  /** What the connection was given last: when it asks again, it needs another. */
  let handed: string | undefined
  /** The connection is over for good: only a new one helps. */
  let dead = false
  let awaited: { promise: Promise<string>; give: (token: string) => void } | undefined

  const fetcher = createFetcher(
    () => token,
    (on) => {
      slow.value = on
    },
  )

  const raw: Session['raw'] = async (path, options) => {
    const sent = token
    try {
      return await fetcher(path, options)
    } catch (error) {
      if (error instanceof HubError && refusesToken(error) && sent === token)
        askAgain(error.message)
      throw error
    }
  }

  /** The connection's tokens. It waits here, for as long as it takes, until its user has a new one. */
  function supply(): string | Promise<string> {
    if (token !== undefined && token !== handed) {
      handed = token
      return token
    }
    if (awaited === undefined) {
      const { promise, resolve } = deferred<string>()
      awaited = { promise, give: resolve }
    }
    if (connection.value === 'live' && !isOver()) signedIn.value = 'ending'
    else askAgain()
    return awaited.promise
  }

  function askAgain(why?: string) {
    if (signedIn.value === 'out' || signedIn.value === 'checking') return
    batch(() => {
      signedIn.value = 'again'
      problem.value =
        why ?? (isOver() ? 'Your sign-in has ended.' : 'Your sign-in holds no longer.')
    })
  }

  const isOver = () => (user.value?.expiresAt ?? Number.POSITIVE_INFINITY) <= clock()

  function keep(next: string, by: TokenUser) {
    window.sessionStorage.setItem(KEPT, next)
    token = next
    batch(() => {
      user.value = by
      problem.value = undefined
      signedIn.value = 'in'
    })
  }

  function open() {
    connection.value = 'connecting'
    const opened = connectHub({ url: window.location.origin, token: supply })
    opened.on('connected', () => {
      connection.value = 'live'
    })
    opened.on('disconnected', ({ code }) => {
      if (connection.value !== 'draining') connection.value = 'cut'
      if (code === 4001) askAgain()
    })
    opened.on('event', ({ type }) => {
      if (type === 'server.draining') connection.value = 'draining'
    })
    opened.on('failed', (error) => {
      dead = true
      connection.value = 'cut'
      askAgain(error.message)
    })
    hub.value = opened
  }

  function close() {
    hub.value?.close()
    handed = undefined
    awaited = undefined
    dead = false
    batch(() => {
      hub.value = undefined
      connection.value = 'off'
    })
  }

  const session: Session = {
    ...{ signedIn, user, hub, connection, slow, problem, raw },
    rest: async (path, options) => {
      const response = await raw(path, options)
      return response.status === 204 ? undefined : await response.json()
    },
    signIn: async (pasted) => {
      const next = tokenIn(pasted)
      const by = readTokenUser(next)
      const wrong = whatIsWrong(by, clock())
      const before = signedIn.value === 'checking' ? 'out' : signedIn.value
      if (wrong !== undefined || by === undefined) {
        signedIn.value = before
        problem.value = wrong
        return
      }
      if (before === 'out') signedIn.value = 'checking'
      const ask = createFetcher(
        () => next,
        () => undefined,
      )
      try {
        await ask('/rooms?limit=1')
      } catch (error) {
        if (!(error instanceof HubError)) throw error
        const refused = refusesToken(error)
        const waits = before === 'out' && !refused
        batch(() => {
          if (!waits) signedIn.value = before
          problem.value = refused
            ? `The hub does not accept this token: ${error.message}`
            : error.message
        })
        // the token may well be good: a hub that is away comes back
        if (waits)
          setTimeout(() => signedIn.value === 'checking' && session.signIn(pasted), AGAIN_MS)
        return
      }
      const same = user.value?.id === by.id
      if (!same || dead) close()
      keep(next, by)
      if (hub.value === undefined) return open()
      if (awaited === undefined) return
      handed = next
      awaited.give(next)
      awaited = undefined
    },
    signInAgain: () => askAgain('Your sign-in ends soon.'),
    signOut: () => {
      window.sessionStorage.removeItem(KEPT)
      token = undefined
      batch(() => {
        user.value = undefined
        problem.value = undefined
        signedIn.value = 'out'
      })
      close()
    },
  }
  const linked = takeFromAddress(window) ?? window.sessionStorage.getItem(KEPT) ?? undefined
  if (linked !== undefined) void session.signIn(linked)
  // A sign-in link that is opened in this very tab only changes the hash.
  window.addEventListener('hashchange', () => {
    const given = takeFromAddress(window)
    if (given !== undefined) void session.signIn(given)
  })
  return session
}

/** The token comes in the address's fragment, which no server sees, and leaves the address at once. */
function takeFromAddress({ location, history }: Window): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given === null) return undefined
  history.replaceState(null, '', location.pathname)
  return given
}

function whatIsWrong(by: TokenUser | undefined, now: number): string | undefined {
  if (by === undefined)
    return 'This is no token. Paste all of it: three parts with dots between, or the whole sign-in link.'
  if (by.expiresAt !== undefined && by.expiresAt <= now) {
    const when = new Date(by.expiresAt).toLocaleString()
    return `This token ended at ${when}. Get a new sign-in link.`
  }
  return undefined
}

function refusesToken({ code }: HubError): boolean {
  return code === 'unauthenticated' || code === 'token_expired'
}
