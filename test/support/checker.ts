/**
 * Judges a run by what the hub promised: every command that a client sent, every event that a reader got
 * and every resume is recorded as it happens, and at the end compared with the room's log.
 */

/** An event as the checker needs it: of a reader, of a resume or of the final log. */
export interface SeenEvent {
  seq?: number
  id?: string
  epoch: number
  type: string
  data?: object
}

interface JoinAnswer {
  epoch: number
  seq: number
  recovered: boolean
  events: readonly SeenEvent[]
  more?: boolean | undefined
}

/** How a command ended for its sender. Without a call its outcome is unknown. */
interface Sent {
  /** Acked: it must be in the log once, at this seq where the ack gave one. */
  ok(seq?: number): void
  /** Refused: it must not be in the log. */
  refused(code: string): void
  /** Cut off, or refused in a way that leaves it open: at most once in the log. */
  unknown(): void
}

export interface Checker {
  /** A command that writes one event with `data.text`, which no other command has. */
  sent(who: string, text: string): Sent
  /** A reader is on a new connection: until it has joined again nothing may reach it. */
  connected(reader: string): void
  joined(reader: string, since: { epoch: number; seq: number } | undefined, ack: JoinAnswer): void
  /** What `room.history` gave for the part of a resume that the ack said is `more`. */
  paged(reader: string, events: readonly SeenEvent[]): void
  live(reader: string, event: SeenEvent): void
  /** How many commands ended so. */
  counts(): { acked: number; refused: number; open: number }
  /** What is wrong, each with the entries that show it; empty when every promise was kept. */
  violations(log: readonly SeenEvent[]): string[]
  /** Throws with the first violations and the seed. */
  verify(log: readonly SeenEvent[]): void
}

interface Command {
  who: string
  text: string
  outcome: 'open' | 'ok' | 'refused'
  seq?: number | undefined
}

interface Entry {
  who: string
  line: string
  text?: string | undefined
}

interface ReaderState {
  epoch: number
  /** The last seq of resume and history. */
  caughtUp: number
  /** Where the resume ends and live events begin. */
  until: number
  live: number
}

/** How many entries a violation shows at most. */
const SLICE = 12

/** @param seed is printed with what is wrong, so that the run can be repeated. */
export function createChecker(seed: number | string): Checker {
  const entries: Entry[] = []
  const commands = new Map<string, Command>()
  const readers = new Map<string, ReaderState>()
  const seen = new Map<number, { reader: string; event: SeenEvent }>()
  const found: string[] = []

  function note(who: string, line: string, text?: string) {
    entries.push({ who, line, ...(text === undefined ? {} : { text }) })
  }

  /** Only what concerns one person or one text, and of that only the end. */
  function slice(who: string, text?: string): string {
    const about = entries.filter((entry) =>
      text === undefined ? entry.who === who : entry.text === text,
    )
    return about
      .slice(-SLICE)
      .map((entry) => `    ${entry.who}: ${entry.line}`)
      .join('\n')
  }

  function violated(rule: string, who: string, text?: string) {
    found.push(`${rule}\n${slice(who, text)}`)
  }

  function got(reader: string, event: SeenEvent) {
    if (event.seq === undefined) return
    const before = seen.get(event.seq)
    if (before === undefined || before.event.id === undefined)
      seen.set(event.seq, { reader, event })
    else if (event.id !== undefined && event.id !== before.event.id)
      violated(`seq ${event.seq} was one event for ${before.reader}, another for ${reader}`, reader)
  }

  /** Resume and history: without a gap up to the ack's seq. */
  function catchUp(reader: string, state: ReaderState, events: readonly SeenEvent[]) {
    for (const event of events) {
      note(reader, `resumed ${describe(event)}`, textOf(event))
      if (event.seq !== state.caughtUp + 1)
        violated(`${reader} resumed with seq ${event.seq} after ${state.caughtUp}`, reader)
      if (event.epoch !== state.epoch) violated(`${reader} resumed into another epoch`, reader)
      state.caughtUp = event.seq ?? state.caughtUp
      got(reader, event)
    }
  }

  return {
    sent(who, text) {
      note(who, `sends "${text}"`, text)
      const command: Command = commands.get(text) ?? { who, text, outcome: 'open' }
      commands.set(text, command)
      return {
        ok(seq) {
          note(who, `"${text}" acked${seq === undefined ? '' : ` at ${seq}`}`, text)
          if (command.seq !== undefined && seq !== undefined && command.seq !== seq)
            violated(`"${text}" was acked at ${command.seq} and again at ${seq}`, who, text)
          command.outcome = 'ok'
          command.seq = seq ?? command.seq
        },
        refused(code) {
          note(who, `"${text}" refused: ${code}`, text)
          // a repetition may be refused, say when its person was muted meanwhile
          if (command.outcome === 'open') command.outcome = 'refused'
        },
        unknown() {
          note(who, `"${text}" has no answer`, text)
          if (command.outcome === 'refused') command.outcome = 'open'
        },
      }
    },

    connected(reader) {
      note(reader, 'connects')
      readers.delete(reader)
    },

    joined(reader, since, ack) {
      const from = since ? `since ${since.epoch}/${since.seq}` : 'anew'
      const what = ack.recovered ? 'recovered' : 'snapshot'
      note(reader, `joins ${from}: ${what} ${ack.epoch}/${ack.seq}, ${ack.events.length} events`)
      const state = {
        epoch: ack.epoch,
        caughtUp: ack.recovered ? (since?.seq ?? ack.seq) : ack.seq,
        until: ack.seq,
        live: ack.seq,
      }
      readers.set(reader, state)
      if (ack.recovered && since === undefined)
        violated(`${reader} was told "recovered" without having asked`, reader)
      if (ack.recovered && since !== undefined && since.epoch !== ack.epoch)
        violated(`${reader} was told "recovered" over another epoch`, reader)
      catchUp(reader, state, ack.events)
      if (!ack.more && state.caughtUp !== state.until)
        violated(`${reader} resumed up to ${state.caughtUp}, the ack says ${state.until}`, reader)
    },

    paged(reader, events) {
      const state = readers.get(reader)
      if (!state) throw new Error(`${reader} has not joined`)
      // beyond the ack's seq the live events have it
      catchUp(
        reader,
        state,
        events.filter((event) => (event.seq ?? 0) <= state.until),
      )
    },

    live(reader, event) {
      note(reader, `gets ${describe(event)}`, textOf(event))
      if (event.seq === undefined) return
      const state = readers.get(reader)
      if (!state) return violated(`${reader} got an event before its join was acked`, reader)
      if (event.seq !== state.live + 1)
        violated(
          event.seq <= state.live
            ? `${reader} got seq ${event.seq} again, after ${state.live}`
            : `${reader} has a gap: seq ${event.seq} after ${state.live}`,
          reader,
        )
      if (event.epoch !== state.epoch) violated(`${reader} got another epoch`, reader)
      state.live = event.seq
      got(reader, event)
    },

    counts() {
      const all = [...commands.values()]
      const count = (outcome: Command['outcome']) =>
        all.filter((command) => command.outcome === outcome).length
      return { acked: count('ok'), refused: count('refused'), open: count('open') }
    },

    violations(log) {
      return [...found, ...judge(log)]
    },

    verify(log) {
      const wrong = this.violations(log)
      if (wrong.length === 0) return
      const more = wrong.length > 3 ? `\n(and ${wrong.length - 3} more)` : ''
      throw new Error(
        `${wrong.length} promises broken (seed ${seed}):\n${wrong.slice(0, 3).join('\n')}${more}`,
      )
    },
  }

  function judge(log: readonly SeenEvent[]): string[] {
    const wrong: string[] = []
    const say = (rule: string, who: string, text?: string) =>
      wrong.push(`${rule}\n${slice(who, text)}`)
    const ids = new Set<string>()
    const byText = new Map<string, SeenEvent[]>()
    log.forEach((event, i) => {
      if (event.seq !== i + 1) wrong.push(`the log has seq ${event.seq} in place of ${i + 1}`)
      if (event.epoch !== log[0]?.epoch) wrong.push(`the log changes its epoch at ${event.seq}`)
      if (event.id !== undefined && ids.has(event.id))
        wrong.push(`the log has the event ${event.id} twice`)
      if (event.id !== undefined) ids.add(event.id)
      const text = textOf(event)
      if (text !== undefined) byText.set(text, [...(byText.get(text) ?? []), event])
    })
    for (const { who, text, outcome, seq } of commands.values()) {
      const kept = byText.get(text) ?? []
      if (kept.length > 1) {
        const seqs = kept.map((event) => event.seq).join(', ')
        say(`"${text}" is in the log ${kept.length} times: ${seqs}`, who, text)
      }
      if (outcome === 'ok' && kept.length === 0) say(`"${text}" was acked and is lost`, who, text)
      if (outcome === 'refused' && kept.length > 0)
        say(`"${text}" was refused and is in the log`, who, text)
      if (seq !== undefined && kept[0] && kept[0].seq !== seq)
        say(`"${text}" was acked at ${seq} and is at ${kept[0].seq}`, who, text)
    }
    for (const [seq, { reader, event }] of seen) {
      const kept = log[seq - 1]
      if (!kept) say(`${reader} got seq ${seq}, which the log has not`, reader)
      else if (kept.id !== undefined && event.id !== undefined && kept.id !== event.id)
        say(`${reader} got at seq ${seq} what the log does not have there`, reader)
    }
    for (const [reader, state] of readers)
      if (state.caughtUp < state.until)
        say(`${reader} never caught up: ${state.caughtUp} of ${state.until}`, reader)
    return wrong
  }
}

function textOf(event: SeenEvent): string | undefined {
  const data = event.data
  return data && 'text' in data && typeof data.text === 'string' ? data.text : undefined
}

function describe(event: SeenEvent): string {
  const text = textOf(event)
  return `${event.seq ?? 'no seq'} ${event.type}${text === undefined ? '' : ` "${text}"`}`
}
