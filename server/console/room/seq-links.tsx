import type { ComponentChildren } from 'preact'
import { hrefOf } from '../app/route.ts'
import { sayClock } from '../app/say.ts'
import { useRoom } from './context.ts'
import { entryAt } from './model/timeline.ts'

/** A link to a place in the conversation. Its address can be shared. */
export function SeqLink(props: {
  seq: number
  class?: string
  label?: string
  children: ComponentChildren
}) {
  const { store, jump } = useRoom()
  return (
    <a
      class={props.class ?? 'seq-link'}
      href={hrefOf({ page: 'room', name: store.name, at: props.seq })}
      onClick={() => jump(props.seq)}
      {...(props.label === undefined ? {} : { 'aria-label': props.label })}
    >
      {props.children}
    </a>
  )
}

/** Shown at once; the rest is told by number. */
const SHOWN = 4

/** Links to the turns that say so, each with when it was said. */
export function Evidence({ seqs, of }: { seqs: readonly number[]; of: string }) {
  if (seqs.length === 0) return null
  return (
    <span class="cites">
      {seqs.slice(0, SHOWN).map((seq) => (
        <EvidenceLink key={seq} seq={seq} of={of} />
      ))}
      {seqs.length > SHOWN && <span class="soft">+{seqs.length - SHOWN}</span>}
    </span>
  )
}

function EvidenceLink({ seq, of }: { seq: number; of: string }) {
  const { store } = useRoom()
  const entry = entryAt(store.timeline.value, seq)
  const opened = store.state.value?.openedAt
  const since = entry !== undefined && opened !== undefined ? entry.at - opened : undefined
  const text = since === undefined || since < 0 ? `#${seq}` : sayClock(since)
  return (
    <SeqLink seq={seq} class="seq-link" label={`${text}: where ${of} was said`}>
      {text}
    </SeqLink>
  )
}
