import type { ComponentChildren } from 'preact'
import { useApp } from '../../app/context.ts'
import { Avatar, Badge, Icon, type IconName, Time, type Tone } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import type { Entry, Note } from '../model/entry.ts'
import { tellBlank, tellNote } from '../model/tell.ts'
import { Evidence, SeqLink } from '../seq-links.tsx'
import { Words } from './words.tsx'

export interface EntryRowProps {
  entry: Entry
  /** The same person goes on: the name need not be told again. */
  goesOn: boolean
  marked: boolean
  query: string
}

/** One entry of the conversation. */
export function EntryRow({ entry, goesOn, marked, query }: EntryRowProps) {
  const row = { 'data-seq': entry.seq, ...(marked ? { tabIndex: -1 } : {}) }
  const mark = marked ? ' is-marked' : ''
  if (entry.kind === 'note') {
    return (
      <li {...row} class={`entry note${mark}`}>
        <NoteLine note={entry.note} />
        <Stamp entry={entry} />
      </li>
    )
  }
  if (entry.kind === 'blank') {
    return (
      <li {...row} class={`entry blank${mark}`}>
        {tellBlank(entry)}
      </li>
    )
  }
  return (
    <li {...row} class={`entry ${entry.kind}${goesOn ? ' goes-on' : ''}${mark}`}>
      <Spoken entry={entry} goesOn={goesOn} query={query} />
    </li>
  )
}

type SpokenEntry = Extract<Entry, { text: string }>

function Spoken(props: { entry: SpokenEntry; goesOn: boolean; query: string }) {
  const { entry, goesOn, query } = props
  const { store } = useRoom()
  const id = entry.kind === 'asked' ? entry.by : entry.who.id
  const name = entry.kind === 'asked' ? store.nameOf(entry.by) : entry.who.name
  const to = 'to' in entry ? entry.to : undefined
  return (
    <Message
      {...{ id, name, goesOn }}
      isAgent={entry.kind === 'said'}
      badges={
        <>
          {entry.kind === 'chat' && <Badge>chat</Badge>}
          {entry.kind === 'asked' && <Badge tone="accent">question</Badge>}
          <OnlyFor to={to} />
          {entry.kind === 'said' && entry.interrupted && <Badge tone="warn">interrupted</Badge>}
        </>
      }
      stamp={<Stamp entry={entry} />}
    >
      <Words text={entry.text} query={query} />
      {entry.kind === 'said' && <Evidence seqs={entry.citations} of="this" />}
    </Message>
  )
}

/** Says whose eyes alone an entry is for. */
export function OnlyFor({ to }: { to: string | undefined }) {
  const { session } = useApp()
  const { store } = useRoom()
  if (to === undefined) return null
  return <Badge tone="warn">only {to === session.user.value?.id ? 'you' : store.nameOf(to)}</Badge>
}

/** A message by someone: who, when, what. */
export function Message(props: {
  id: string
  name: string
  goesOn?: boolean
  isAgent?: boolean
  badges?: ComponentChildren
  stamp?: ComponentChildren
  children: ComponentChildren
}) {
  const { id, name, goesOn = false, isAgent = false } = props
  return (
    <>
      <span class="face">
        {goesOn ? null : isAgent ? <AgentMark /> : <Avatar id={id} name={name} />}
      </span>
      <div class="message">
        <div class={goesOn ? 'byline sr-only' : 'byline'}>
          <bdi class="name">{name}</bdi>
          {props.badges}
        </div>
        {props.children}
      </div>
      {props.stamp}
    </>
  )
}

function AgentMark() {
  return (
    <span class="agent-mark" aria-hidden="true">
      <Icon name="bolt" size={16} />
    </span>
  )
}

function Stamp({ entry }: { entry: Entry }) {
  return (
    <SeqLink seq={entry.seq} class="stamp">
      <Time at={entry.at} />
    </SeqLink>
  )
}

const SIGNS: Partial<Record<Note['what'], { icon: IconName; tone: Tone }>> = {
  flagged: { icon: 'flag', tone: 'warn' },
  acted: { icon: 'shield', tone: 'bad' },
  reviewed: { icon: 'check', tone: 'neutral' },
  failed: { icon: 'bolt', tone: 'warn' },
  gap: { icon: 'mute', tone: 'warn' },
}

function NoteLine({ note }: { note: Note }) {
  const { store } = useRoom()
  const sign = SIGNS[note.what]
  return (
    <span class={`note-text tone-${sign?.tone ?? 'neutral'}`}>
      {sign && <Icon name={sign.icon} size={15} />}
      <bdi>{tellNote(note, store.nameOf)}</bdi>
      {note.what === 'flagged' && <Evidence seqs={note.evidence} of="it" />}
    </span>
  )
}
