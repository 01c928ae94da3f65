import type { RoomEvent, TranscriptTurn } from '#protocol'

/** Talking speed for turns that nobody timed, ms a word (150 words a minute). */
const MS_PER_WORD = 400
/** How far a client's own time of a turn may lie after its arrival before it is taken for wrong. */
const TRUSTED_MS = 60_000

/** A turn with its place in the whole record, ms since the room was first opened. */
export interface TimedTurn extends TranscriptTurn {
  from: number
  to: number
}

/**
 * The turns of a log, in order, each with its time. Clients time turns from the room's last opening;
 * the record goes on over closings, and its times never go back.
 */
export function timeTurns(events: readonly RoomEvent[]): TimedTurn[] {
  const turns: TimedTurn[] = []
  const firstAt = events[0]?.at ?? 0
  let openedAt = firstAt
  let latest = 0
  for (const event of events) {
    if (event.type === 'room.opened') openedAt = event.at
    if (event.type !== 'transcript.final') continue
    const { seq, at, actor } = event
    const { text, start_ms, end_ms } = event.data
    const length = text.split(/\s+/).length * MS_PER_WORD
    const arrived = at - openedAt
    const told = start_ms !== undefined && start_ms <= arrived + TRUSTED_MS
    const start = openedAt - firstAt + (told ? start_ms : Math.max(0, arrived - length))
    const from = Math.max(latest, start)
    const spoken =
      told && end_ms !== undefined && end_ms > start_ms && end_ms <= arrived + TRUSTED_MS
        ? end_ms - start_ms
        : length
    latest = from
    turns.push({
      seq,
      at,
      speaker: { id: actor.id, name: actor.name },
      text,
      ...(start_ms === undefined ? {} : { start_ms }),
      ...(end_ms === undefined ? {} : { end_ms }),
      from,
      to: from + Math.max(1, spoken),
    })
  }
  return turns
}

/** One line a turn: `[hh:mm:ss] Name: text`. */
export function toText(turns: readonly TimedTurn[]): string {
  return turns
    .map(
      ({ from, speaker, text }) =>
        `[${clockTime(from)}] ${oneLine(speaker.name)}: ${oneLine(text)}\n`,
    )
    .join('')
}

/** WebVTT with the speaker as voice. */
export function toVtt(turns: readonly TimedTurn[]): string {
  const cues = turns.map(({ seq, from, to, speaker, text }) => {
    const times = `${clockTime(from)}.${millis(from)} --> ${clockTime(to)}.${millis(to)}`
    return `\n${seq}\n${times}\n<v ${escapeVtt(oneLine(speaker.name))}>${escapeVtt(oneLine(text))}\n`
  })
  return `WEBVTT\n${cues.join('')}`
}

/** `hh:mm:ss` of a time in a record. */
export function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

function millis(ms: number): string {
  return String(Math.floor(ms) % 1000).padStart(3, '0')
}

/**
 * A line break in a name or a turn would look like the next turn, or end a cue; and a direction that is begun in it and not
 * ended would turn around what others said after it.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\u0085\p{Cc}]+/gu, ' ')
    .trim()
}

function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
