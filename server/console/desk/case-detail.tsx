import type { CaseView } from '#protocol/client'
import { hrefOf } from '../app/route.ts'
import { Avatar, Badge, Button, Icon, Time } from '../ui/index.ts'
import { GRAVITY } from './case-list.tsx'
import { isReviewable, isUndoable, sayAction, sayLeft, sayStatus } from './cases.ts'
import { Evidence } from './evidence.tsx'
import { KEYS, type KeyAction } from './keys.ts'

export interface CaseDetailProps {
  of: CaseView
  now: number
  me: string | undefined
  busy: boolean
  onAction: (action: KeyAction) => void
  onBack: () => void
}

export function CaseDetail({ of, now, me, busy, onAction, onBack }: CaseDetailProps) {
  const open = of.status === 'open'
  const others = of.claimed_by !== null && of.claimed_by !== me ? of.claimed_by : undefined
  const act = (action: KeyAction) => () => onAction(action)
  return (
    <article class="case" aria-label={`Case of ${of.target_name}`}>
      <header class="case-head">
        <Button class="back" kind="ghost" icon="up" label="Back to the list" onClick={onBack} />
        <Avatar id={of.target} name={of.target_name} />
        <div>
          <h2>
            <bdi>{of.target_name}</bdi>
          </h2>
          <p class="soft small">
            <a href={hrefOf({ page: 'room', name: of.room })}>
              <bdi>{of.room}</bdi>
            </a>
            {' · '}
            <Time at={of.opened_at} />
          </p>
        </div>
        <Badge tone={GRAVITY[of.gravity].tone}>{GRAVITY[of.gravity].word}</Badge>
      </header>

      <div class={open ? 'proposal' : 'proposal proposal-done'}>
        <p class="proposal-what">
          <span class="soft small">{open ? 'Proposed' : sayStatus(of)}</span>
          <strong>{sayAction(of.action, of.minutes)}</strong>
          {of.reason !== '' && <span class="soft">{of.reason}</span>}
        </p>
        <Clock of={of} now={now} />
      </div>

      {others !== undefined && open && (
        <p class="claimed">
          <Icon name="people" />
          <bdi>{others}</bdi> is at this case.
        </p>
      )}

      <div class="case-actions">
        {isReviewable(of) && (
          <>
            <Button
              kind="primary"
              icon="check"
              shortcut={KEYS.approve.key}
              busy={busy}
              onClick={act('approve')}
            >
              {open ? 'Approve' : 'Confirm'}
            </Button>
            <Button icon="settings" shortcut={KEYS.change.key} onClick={act('change')}>
              Change
            </Button>
            <Button icon="close" shortcut={KEYS.reject.key} busy={busy} onClick={act('reject')}>
              Reject
            </Button>
          </>
        )}
        {isUndoable(of, now) && (
          <Button icon="undo" shortcut={KEYS.undo.key} busy={busy} onClick={act('undo')}>
            Undo
          </Button>
        )}
        {open && (
          <Button
            icon="flag"
            shortcut={KEYS.claim.key}
            pressed={of.claimed_by === me}
            onClick={act('claim')}
          >
            Claim
          </Button>
        )}
        <Button kind="ghost" icon="open" shortcut={KEYS.open.key} onClick={act('open')}>
          Open in room
        </Button>
      </div>

      <Scores of={of} />

      <h3>What was said</h3>
      <Evidence of={of} />
    </article>
  )
}

/** What happens by itself, and when. */
function Clock({ of, now }: { of: CaseView; now: number }) {
  if (of.status === 'open') {
    if (of.expires_at === null) return <p class="soft small">It waits until someone decides.</p>
    const then = of.on_expiry === 'approve' ? 'it is approved' : 'it is dropped'
    return (
      <p class="clock">
        <strong>{sayLeft(of.expires_at - now)}</strong>
        <span class="soft small">then {then}</span>
      </p>
    )
  }
  if (!isUndoable(of, now) || of.until === null) return null
  return (
    <p class="clock">
      <strong>{sayLeft(of.until - now)}</strong>
      <span class="soft small">then it ends</span>
    </p>
  )
}

function Scores({ of }: { of: CaseView }) {
  const scores = Object.entries(of.scores).sort(([, a], [, b]) => b - a)
  if (scores.length === 0) return null
  return (
    <dl class="scores">
      {scores.slice(0, 6).map(([category, score]) => (
        <div key={category} class={of.categories.includes(category) ? 'score score-hit' : 'score'}>
          <dt>{category.replaceAll('_', ' ')}</dt>
          <dd>
            <meter min={0} max={1} value={score} aria-label={category} />
            {Math.round(score * 100)} %
          </dd>
        </div>
      ))}
      <div class="score">
        <dt>found by</dt>
        <dd>{of.stage}</dd>
      </div>
    </dl>
  )
}
