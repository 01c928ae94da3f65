import { type Command, type EventDraft, HubError, type Principal } from '#protocol'
import { commandKey, emit, keyOf, type RoomCore, require, speaker } from '../../core.ts'
import { createKeyedLock } from '../../keyed-lock.ts'
import type { AppendOptions } from '../../types.ts'

/**
 * What people say in a room of local media: captions and chat over their sockets. A restriction is
 * enforced here by refusing (`speaker`): local media has no tracks to take away. `finals` are the
 * segments that are final since the room was opened, by user and segment.
 */
export function createSpeaking(
  core: RoomCore,
  deps: { finals: Map<string, number>; knows: (id: string) => boolean },
) {
  const finals = new Map<string, number | Promise<number>>(deps.finals)
  const locked = createKeyedLock()

  return {
    reopened: () => finals.clear(),
    forget(userId: string) {
      for (const key of finals.keys()) if (key.startsWith(keyOf(userId, ''))) finals.delete(key)
    },

    async caption(
      principal: Principal,
      { id, segment, text, final, start_ms, end_ms }: Command<'caption.push'>,
    ): Promise<{ seq?: number; duplicate?: true }> {
      const actor = speaker(core, principal)
      if (core.participants.optedOut(actor.id))
        throw new HubError(
          'forbidden',
          'You opted out of transcription. Send transcription.set with on: true first.',
        )
      const key = keyOf(actor.id, segment)
      const first = finals.get(key)
      if (!final) {
        if (first === undefined)
          emit(core, { type: 'transcript.partial', actor, data: { segment, text } })
        return {}
      }
      if (first !== undefined) return { seq: await first, duplicate: true }
      const said = append(
        {
          type: 'transcript.final',
          actor,
          data: {
            segment,
            text,
            source: 'caption',
            ...(start_ms === undefined ? {} : { start_ms }),
            ...(end_ms === undefined ? {} : { end_ms }),
          },
        },
        commandKey(principal, id),
      )
      finals.set(key, said)
      said.then(
        (seq) => finals.set(key, seq),
        () => finals.delete(key),
      )
      return { seq: await said }
    },

    async chat(
      principal: Principal,
      { id, text, to }: Command<'chat.send'>,
    ): Promise<{ seq: number }> {
      const actor = speaker(core, principal)
      if (to !== undefined && !deps.knows(to))
        throw new HubError('not_found', 'Nobody of that id is in the room.')
      const seq = await append(
        { type: 'chat.message', actor, data: { text }, ...(to === undefined ? {} : { to }) },
        commandKey(principal, id),
      )
      return { seq }
    },

    /** One after another for each person, so that the last word holds. */
    setTranscription: (principal: Principal, on: boolean, commandId?: string): Promise<void> =>
      locked(principal.userId, async () => {
        require(core, principal, 'join')
        const participant = core.participants.get(principal.userId)
        if (!participant) throw new HubError('forbidden', 'Join the room as a participant first.')
        if (core.participants.optedOut(participant.id) === !on) return
        const { id, name } = participant
        await core.log.append(
          [
            {
              type: 'participant.updated',
              actor: { id, name, kind: 'person' },
              data: { opted_out: !on },
            },
          ],
          {
            consents: [{ userId: id, kind: on ? 'opted_in' : 'opted_out' }],
            ...(commandId === undefined ? {} : { commandId }),
          },
        )
      }),
  }

  async function append(draft: EventDraft, options: AppendOptions): Promise<number> {
    const [event] = await core.log.append([draft], options)
    if (!event) throw new HubError('internal', 'The log answered without the event.')
    return event.seq
  }
}
