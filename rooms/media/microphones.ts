import { type Actor, type EventDraft, HubError, type Principal } from '#protocol'
import { sleep } from '../clock.ts'
import { emit, type RoomCore, SYSTEM, speaker } from '../core.ts'
import type { Recorder } from '../recording/types.ts'
import type { Hearing, Microphone, Speech } from '../speech/types.ts'

/** A room that closes waits so long for the words of what was said, ms; the rest is logged as a gap. */
const LAST_WORDS = 3_000

interface Open {
  userId: string
  /** Whether they talk, and so hear, by a socket. */
  local: boolean
  /** What is said until now is transcribed; what is said next begins anew. */
  finish(withinMs?: number): Promise<void>
  cut(): void
  /** Whose it is was erased: nothing that is heard of it counts any more. */
  forgotten: boolean
}

/**
 * The sound of people in a room, wherever it comes from: what is heard of it becomes their transcript. Who is muted,
 * removed or has opted out is not heard, for as long as that holds.
 */
export function createMicrophones(core: RoomCore, speech: Speech | undefined, recorder?: Recorder) {
  const microphones = new Set<Open>()
  /** Closed by those who spoke into them. */
  const ending = new Set<Open>()
  /** Nobody speaks into these any more, but their last words are not known yet. */
  const finishing = new Set<Microphone>()
  /** How late the words of each are, where they are. */
  const late = new Map<Open, number>()
  /** The room waits for the last words. */
  let closing = false

  /** Whether what this person says may be heard, and be known as theirs. */
  function allowed(userId: string): boolean {
    return (
      core.restrictions.of(userId).length === 0 &&
      !core.participants.optedOut(userId) &&
      core.status === 'open'
    )
  }

  return {
    /** Whether somebody here talks, and so hears, by a socket. */
    heardLocally: () =>
      [...microphones].some(({ local, userId }) => local && core.participants.get(userId)),

    open(
      principal: Principal,
      { sampleRate, local = false }: { sampleRate: number; local?: boolean },
    ): Microphone {
      const { id: userId, name } = speaker(core, principal)
      if (!speech)
        throw new HubError('conflict', 'This hub transcribes no sound. Send caption.push.')
      /** Whether it was silenced, so that the next sound begins anew. */
      let silenced = false
      /** There is none while nothing is said that could be heard. */
      let heard: Microphone | undefined
      let ended = false

      const one: Open = {
        userId,
        local,
        async finish(withinMs) {
          const finished = heard
          heard = undefined
          if (finished) await lastWords(finished, withinMs)
        },
        cut: () => heard?.cut(),
        forgotten: false,
      }
      const told = hearing(one, () => ({
        ...{ id: userId, kind: 'person' },
        name: core.participants.nameOf(userId) ?? name,
      }))
      const listen = () => speech.listen({ sampleRate }, told)
      heard = listen()
      microphones.add(one)
      const tap = recorder?.open(core.id, { id: userId, name }, { sampleRate })

      return {
        write(pcm) {
          if (ended || one.forgotten) return
          const mayBeHeard =
            !closing &&
            !core.closing &&
            allowed(userId) &&
            core.participants.get(userId) !== undefined
          if (mayBeHeard) {
            heard ??= listen()
            heard.write(pcm)
            tap?.write(pcm)
          } else if (!silenced && !closing) one.cut()
          silenced = !mayBeHeard
        },
        async end(withinMs) {
          ended = true
          microphones.delete(one)
          tap?.end()
          ending.add(one)
          await one.finish(withinMs).finally(() => ending.delete(one))
          behind(one, 0)
        },
        cut: one.cut,
      }
    },

    /** A person has gone, for the record: what they said last is over. Of who was removed it is not wanted. */
    left(userId: string): void {
      for (const one of microphones) {
        if (one.userId !== userId) continue
        if (!allowed(userId)) one.cut()
        one.finish().catch(failed)
      }
    },

    /** Not a word of theirs is wanted any more, also of what they have said already. */
    forget(userId: string): void {
      for (const one of [...microphones, ...ending]) {
        if (one.userId !== userId) continue
        one.forgotten = true
        one.cut()
        microphones.delete(one)
      }
    },

    /** Before the room closes: what was said in it is in its log when this resolves. */
    async close(): Promise<void> {
      closing = true
      try {
        const finished = [
          ...[...finishing].map((one) => one.end(LAST_WORDS)),
          ...[...microphones].map((one) => one.finish(LAST_WORDS)),
        ]
        // what hears may hang: a room closes all the same
        if (finished.length > 0)
          await Promise.race([Promise.all(finished), sleep(core.clock, 2 * LAST_WORDS)])
      } finally {
        closing = false
      }
    },

    /** Speech that nobody heard, such as while the hub was down. Without `userId` it is anybody's. Times are epoch ms. */
    async missed({ userId, from, to, reason }: Missed): Promise<void> {
      const name = userId === undefined ? undefined : core.participants.nameOf(userId)
      const actor: Actor =
        userId === undefined ? SYSTEM : { id: userId, name: name ?? userId, kind: 'person' }
      await core.log.append([gap(actor, { from, to, reason })])
    },

    /** Nothing of the room happens in this memory any more. */
    stop(): void {
      for (const one of [...microphones, ...finishing]) one.cut()
      microphones.clear()
    },
  }

  async function lastWords(microphone: Microphone, withinMs?: number): Promise<void> {
    finishing.add(microphone)
    try {
      await microphone.end(withinMs)
    } finally {
      finishing.delete(microphone)
    }
  }

  /** What is heard of a person, as the room tells it. Their name is the one that they have by then. */
  function hearing(one: Open, actor: () => Actor): Hearing {
    const { userId } = one
    const counts = () => !one.forgotten && allowed(userId)
    return {
      speaking(speaking) {
        if (one.forgotten) return
        if (!speaking || allowed(userId))
          emit(core, { type: 'participant.speaking', actor: actor(), data: { speaking } })
      },
      partial(segment, text) {
        if (counts())
          emit(core, { type: 'transcript.partial', actor: actor(), data: { segment, text } })
      },
      final({ segment, text, from, to, confidence }) {
        if (!counts()) return
        const data = {
          ...{ segment, text, source: 'speech' as const },
          ...{ start_ms: sinceOpened(from), end_ms: sinceOpened(to) },
          ...(confidence === undefined ? {} : { confidence }),
        }
        core.log.append([{ type: 'transcript.final', actor: actor(), data }]).catch(failed)
      },
      gap(lost) {
        if (counts()) core.log.append([gap(actor(), lost)]).catch(failed)
      },
      delayed: (behindMs) => behind(one, behindMs),
    }
  }

  /** The room is as late as the latest of its people. */
  function behind(one: Open, ms: number): void {
    const before = Math.max(0, ...late.values())
    if (ms > 0) late.set(one, Math.round(ms))
    else late.delete(one)
    const now = Math.max(0, ...late.values())
    if (now !== before)
      emit(core, { type: 'transcription.delayed', actor: SYSTEM, data: { behind_ms: now } })
  }

  function gap(actor: Actor, { from, to, reason }: Omit<Missed, 'userId'>): EventDraft {
    const data = { from_ms: sinceOpened(from), to_ms: sinceOpened(to), reason }
    return { type: 'transcript.gap', actor, data }
  }

  function sinceOpened(at: number): number {
    return Math.max(0, Math.round(at - core.openedAt))
  }

  function failed(err: unknown): void {
    core.logger.warn({ err }, 'what was heard was not kept')
  }
}

interface Missed {
  userId?: string
  from: number
  to: number
  reason: string
}
