import type { CaseView } from '#protocol/client'
import { sayAgo } from '../app/say.ts'
import { Avatar, Badge, type Tone } from '../ui/index.ts'
import { isUndoable, sayAction, sayLeft, sayStatus } from './cases.ts'

export const GRAVITY: Record<CaseView['gravity'], { tone: Tone; word: string }> = {
  grave: { tone: 'bad', word: 'Grave' },
  high: { tone: 'warn', word: 'High' },
  low: { tone: 'neutral', word: 'Low' },
}

export interface CaseListProps {
  title: string
  cases: readonly CaseView[]
  selected: string | undefined
  now: number
  me: string | undefined
  onSelect: (id: string) => void
}

export function CaseList({ title, cases, selected, now, me, onSelect }: CaseListProps) {
  return (
    <section aria-label={title}>
      <h2 class="list-title">
        {title} <span class="soft">{cases.length}</span>
      </h2>
      <ul class="cases">
        {cases.map((one) => (
          <li key={one.case}>
            <button
              type="button"
              id={rowId(one.case)}
              class="case-row"
              aria-current={one.case === selected}
              onClick={() => onSelect(one.case)}
            >
              <Avatar id={one.target} name={one.target_name} />
              <span class="case-what">
                <strong>
                  <bdi>{one.target_name}</bdi>
                </strong>
                <span>{sayAction(one.action, one.minutes)}</span>
                <span class="soft small">
                  {`${one.status === 'open' ? sayAgo(now - one.opened_at) : sayStatus(one)} · `}
                  <bdi>{one.room}</bdi>
                </span>
              </span>
              <span class="case-marks">
                <Badge tone={GRAVITY[one.gravity].tone}>{GRAVITY[one.gravity].word}</Badge>
                <Clock of={one} now={now} />
                {one.claimed_by !== null && (
                  <Badge tone="accent">{one.claimed_by === me ? 'Yours' : one.claimed_by}</Badge>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How long until it is decided by itself, or until what was done ends. */
function Clock({ of, now }: { of: CaseView; now: number }) {
  const running = isUndoable(of, now) ? of.until : null
  const at = of.status === 'open' ? of.expires_at : running
  return at === null ? null : <span class="soft small">{sayLeft(at - now)}</span>
}

export function rowId(id: string): string {
  return `case-${id}`
}
