import { HubError, type Principal } from '#protocol'
import { emit, type RoomCore, SYSTEM, speaker } from '../core.ts'
import type { Microphone, Speech } from '../speech/types.ts'

/**
 * The sound of people in a room, wherever it comes from: what is heard of it becomes their transcript. Who is muted,
 * removed or has opted out is not heard, for as long as that holds.
 */
export function createMicrophones(core: RoomCore, speech: Speech | undefined) {
  /** Whether what this person says may be heard, and be known as theirs. */
  function allowed(userId: string): boolean {
    return (
      core.restrictions.of(userId).length === 0 &&
      !core.participants.optedOut(userId) &&
      core.status === 'open'
    )
  }

  /** Who talks by a socket. */
  const local = new Map<Microphone, string>()

  return {
    /** Whether somebody here talks, and so hears, by a socket. */
    heardLocally: () => [...local.values()].some((id) => core.participants.get(id) !== undefined),

    open(
      principal: Principal,
      { sampleRate, local: byTheirSocket }: { sampleRate: number; local?: boolean },
    ): Microphone {
      const actor = speaker(core, principal)
      if (!speech)
        throw new HubError('conflict', 'This hub transcribes no sound. Send caption.push.')
      const { id } = actor
      const sinceOpened = (at: number) => Math.max(0, Math.round(at - core.openedAt))
      const written = (err: unknown) => core.logger.warn({ err }, 'what was heard was not kept')
      /** Whether it was silenced, so that the next sound begins anew. */
      let silenced = false

      const heard = speech.listen(
        { sampleRate },
        {
          speaking(speaking) {
            if (!speaking || allowed(id))
              emit(core, { type: 'participant.speaking', actor, data: { speaking } })
          },
          partial(segment, text) {
            if (allowed(id))
              emit(core, { type: 'transcript.partial', actor, data: { segment, text } })
          },
          final({ segment, text, from, to, confidence }) {
            if (!allowed(id)) return
            const data = {
              ...{ segment, text, source: 'speech' as const },
              ...{ start_ms: sinceOpened(from), end_ms: sinceOpened(to) },
              ...(confidence === undefined ? {} : { confidence }),
            }
            core.log.append([{ type: 'transcript.final', actor, data }]).catch(written)
          },
          gap({ from, to, reason }) {
            if (!allowed(id)) return
            const data = { from_ms: sinceOpened(from), to_ms: sinceOpened(to), reason }
            core.log.append([{ type: 'transcript.gap', actor, data }]).catch(written)
          },
          delayed: (behind_ms) =>
            emit(core, { type: 'transcription.delayed', actor: SYSTEM, data: { behind_ms } }),
        },
      )

      const microphone: Microphone = {
        write(pcm) {
          const mayBeHeard = allowed(id) && core.participants.get(id) !== undefined
          if (mayBeHeard) heard.write(pcm)
          else if (!silenced) heard.cut()
          silenced = !mayBeHeard
        },
        end() {
          local.delete(microphone)
          return heard.end()
        },
        cut: heard.cut,
      }
      if (byTheirSocket) local.set(microphone, id)
      return microphone
    },
  }
}
