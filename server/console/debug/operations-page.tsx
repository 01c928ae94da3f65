import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Operations } from '#protocol'
import { useApp } from '../app/context.ts'
import { useFetched } from '../app/fetched.ts'
import { Badge, ErrorNote, Spinner, Time } from '../ui/index.ts'
import { Rooms } from './rooms.tsx'
import { Stages } from './stages.tsx'
import { Vitals } from './vitals.tsx'
import './debug.css'

const EVERY_MS = 2_000
/** Two minutes. */
const REMEMBERED = 60

/** What goes on inside the hub, renewed while it is looked at. */
export function OperationsPage() {
  const { session } = useApp()
  const { value, error, refresh } = useFetched<Operations>(
    (signal) => session.rest('/operations', { signal }),
    { everyMs: EVERY_MS },
  )
  const history = useSignal<readonly Operations[]>([])
  const now = value.value
  useEffect(() => {
    if (now !== undefined) history.value = [...history.peek(), now].slice(-REMEMBERED)
  }, [now])
  return (
    <div class="page ops">
      <header class="ops-head">
        <div>
          <h1>Operations</h1>
          {now && (
            <p class="soft small">
              Node <code>{now.node.slice(0, 8)}</code>, as of <Time at={now.at} seconds />
            </p>
          )}
        </div>
        {now && <Readiness ready={now.ready} />}
      </header>
      <ErrorNote error={error.value} retry={refresh} />
      {now === undefined ? (
        error.value === undefined && <Spinner label="Asking the hub …" />
      ) : (
        <>
          <Vitals history={history.value} />
          <Stages stages={now.stages} />
          <Rooms rooms={now.rooms} total={now.rooms_total} />
        </>
      )}
    </div>
  )
}

/** Only a change of it is announced: the rest changes all the time. */
function Readiness({ ready }: { ready: boolean }) {
  return (
    <p role="status">
      {ready ? (
        <Badge tone="good" dot>
          Ready
        </Badge>
      ) : (
        <Badge tone="bad" dot>
          Not ready: the database is away, or the lease is lost
        </Badge>
      )}
    </p>
  )
}
