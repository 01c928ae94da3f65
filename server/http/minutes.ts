import type { DurableType, Minutes, RoomEvent, Summary, SummaryItem } from '#protocol'
import { clockTime, oneLine, timeTurns } from './transcript.ts'

/** What minutes are made of. */
export const MINUTES_TYPES: DurableType[] = [
  'room.opened',
  'room.closed',
  'participant.joined',
  'transcript.final',
  'summary.updated',
]

/** The minutes as a reader's events of `MINUTES_TYPES` tell them. */
export function minutesOf(room: string, events: readonly RoomEvent[]): Minutes {
  const people = new Map<string, Minutes['participants'][number]>()
  let summary: Summary | null = null
  let openedAt: number | null = null
  let closedAt: number | null = null
  for (const { type, at, actor, data } of events) {
    if (type === 'room.opened') openedAt ??= at
    if (type === 'room.opened') closedAt = null
    if (type === 'room.closed') closedAt = at
    if (type === 'summary.updated') summary = data
    if (actor.kind !== 'person') continue
    if (type !== 'participant.joined' && type !== 'transcript.final') continue
    const { turns, words } = people.get(actor.id) ?? { turns: 0, words: 0 }
    const said = type === 'transcript.final' ? countWords(data.text) : 0
    people.set(actor.id, {
      ...{ id: actor.id, name: actor.name },
      ...{ turns: turns + (said > 0 ? 1 : 0), words: words + said },
    })
  }
  const transcript = timeTurns(events).map(({ from: _, to: __, ...turn }) => turn)
  const participants = [...people.values()]
  return { room, opened_at: openedAt, closed_at: closedAt, participants, summary, transcript }
}

/** The minutes for people: Markdown, with each point's turns as links into the transcript below. */
export function toMarkdown(minutes: Minutes, events: readonly RoomEvent[]): string {
  const { room, participants, summary } = minutes
  const turns = timeTurns(events)
  const times = new Map(turns.map(({ seq, from }) => [seq, clockTime(from)]))
  const points = (title: string, items: readonly SummaryItem[] = []) =>
    section(
      title,
      items.map((item) => `- ${pointText(item)}${sources(item.evidence, times)}`),
    )
  const people = participants.map(({ name, turns: spoke, words }) => {
    const share = spoke === 0 ? 'listened' : `${count(spoke, 'turn')}, ${count(words, 'word')}`
    return `- ${escaped(name)} (${share})`
  })
  const said = turns.map(
    ({ seq, from, speaker, text }) =>
      `<a id="turn-${seq}"></a>\`${clockTime(from)}\` **${escaped(speaker.name)}:** ${escaped(text)}\n`,
  )
  return [
    `# ${escaped(room)}\n`,
    `${when(minutes)}\n`,
    ...points('Decisions', summary?.decisions),
    ...tasks(summary?.action_items ?? [], times),
    ...points('Key points', summary?.key_points),
    ...points('Topics', summary?.topics),
    ...section('Participants', people),
    ...(said.length === 0
      ? ['## Transcript\n\nNothing was said.\n']
      : ['## Transcript\n', ...said]),
  ].join('\n')
}

function tasks(items: readonly SummaryItem[], times: ReadonlyMap<number, string>): string[] {
  return section(
    'Action items',
    items.map((item) => {
      const due = item.due === undefined ? '' : ` (due: ${escaped(item.due)})`
      return `- [ ] ${pointText(item)}${due}${sources(item.evidence, times)}`
    }),
  )
}

function pointText({ text, who }: SummaryItem): string {
  const name = who === undefined || text.startsWith(who) ? '' : `**${escaped(who)}:** `
  return `${name}${escaped(text)}`
}

/** Only what the transcript below holds: an erased turn has no place to link to. */
function sources(evidence: readonly number[], times: ReadonlyMap<number, string>): string {
  const links = evidence.flatMap((seq) => {
    const time = times.get(seq)
    return time === undefined ? [] : [`[${time}](#turn-${seq})`]
  })
  return links.length === 0 ? '' : ` — ${links.join(', ')}`
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}\n\n${lines.join('\n')}\n`]
}

function when({ opened_at, closed_at }: Minutes): string {
  if (opened_at === null) return 'Not opened yet.'
  const end = closed_at === null ? 'still open' : utc(closed_at)
  return `${utc(opened_at)} – ${end}`
}

/** Readers sit in any time zone, so the one that is meant is said. */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}

/** What was said stays words: no markup, no link, no list of its own. */
function escaped(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}
