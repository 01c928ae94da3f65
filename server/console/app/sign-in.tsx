import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { Button, Dialog, Spinner } from '../ui/index.ts'
import { Brand } from './brand.tsx'
import { useApp } from './context.ts'
import './sign-in.css'

/** The page for who is not signed in. */
export function SignInPage() {
  const { session } = useApp()
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Brand />
        {session.signedIn.value === 'checking' ? (
          <Spinner label={`${session.problem.value ?? ''} Signing you in …`} />
        ) : (
          <>
            <h1>Sign in to your rooms</h1>
            <p class="soft">
              Open the sign-in link that <code>npm start</code> printed, or paste it, or a token,
              here.
            </p>
            <TokenForm />
          </>
        )}
      </div>
    </main>
  )
}

/** Over the page, when the hub takes the token no longer: what is typed there stays. */
export function SignInAgain() {
  const { session } = useApp()
  if (session.signedIn.value !== 'again') return null
  return (
    <Dialog title="Sign in again">
      <p>
        The page stays as it is, with what you typed. What happened meanwhile is fetched once you
        are back.
      </p>
      <TokenForm />
      <Button kind="ghost" icon="exit" onClick={session.signOut}>
        Sign out instead
      </Button>
    </Dialog>
  )
}

function TokenForm() {
  const { session } = useApp()
  const token = useSignal('')
  const busy = useSignal(false)
  const id = useId()
  const problem = session.problem.value
  return (
    <form
      class="token-form"
      onSubmit={async (event) => {
        event.preventDefault()
        busy.value = true
        await session.signIn(token.value).finally(() => {
          busy.value = false
        })
      }}
    >
      <label for={id}>Sign-in link or token</label>
      <textarea
        id={id}
        rows={3}
        required
        spellcheck={false}
        autocomplete="off"
        value={token.value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        onInput={(event) => {
          token.value = event.currentTarget.value
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        }}
      />
      <p id={`${id}-problem`} class="field-problem" role="alert">
        {problem}
      </p>
      <Button kind="primary" type="submit" busy={busy.value}>
        Sign in
      </Button>
    </form>
  )
}
