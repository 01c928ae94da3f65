import type { Summary, SummaryItem } from '#protocol'
import { EmptyState } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { Evidence } from '../seq-links.tsx'

/** The rolling summary: what was decided, who does what, and what it was about. */
export function SummaryPanel() {
  const { store } = useRoom()
  const summary = store.summary.value
  if (summary === undefined || isEmpty(summary)) {
    const live = store.mode.value === 'live'
    return (
      <EmptyState icon="rooms" level={3} title={live ? 'No summary yet' : 'There is no summary'}>
        <p>
          {live
            ? 'It writes itself once a few things have been said: decisions, who does what by when, and the key points, each with a link to where it was said.'
            : 'Too little was said in this room for one.'}
        </p>
      </EmptyState>
    )
  }
  return <SummaryView summary={summary} />
}

export function SummaryView({ summary }: { summary: Summary }) {
  const { decisions, action_items: actions, key_points: points, topics } = summary
  return (
    <div class="summary">
      <Part title="Decisions" items={decisions} kind="decision" />
      <Part title="Action items" items={actions} kind="action" />
      <Part title="Key points" items={points} kind="point" />
      <Part title="Topics" items={topics} kind="topic" />
    </div>
  )
}

function isEmpty({ decisions, action_items: actions, key_points: points, topics }: Summary) {
  return decisions.length + actions.length + points.length + topics.length === 0
}

function Part(props: { title: string; items: readonly SummaryItem[]; kind: string }) {
  const { title, items, kind } = props
  if (items.length === 0) return null
  return (
    <section class={`summary-part of-${kind}`}>
      <h3>
        {title} <span class="soft tally">{items.length}</span>
      </h3>
      <ul>
        {items.map(({ text, who, due, evidence }) => (
          <li key={`${evidence.join()} ${text}`}>
            <p dir="auto">
              {who !== undefined && text.startsWith(`${who}: `) ? text.slice(who.length + 2) : text}
            </p>
            <p class="owner">
              {who !== undefined && !(text.startsWith(who) && kind === 'action') && (
                <bdi class="who-does">{who}</bdi>
              )}
              {due !== undefined && <span class="due">due {due}</span>}
              <Evidence seqs={evidence} of={`“${text.slice(0, 60)}”`} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
