import { type Command, HubError, type Principal } from '#protocol'
import { commandKey, emit, type RoomCore, require, speaker } from './core.ts'

/**
 * What people say in a room of local media: captions and chat. `finals` are the segments that are
 * final since the room was opened, by `USER SEGMENT`.
 */
export function createSpeaking(
  core: RoomCore,
  deps: { finals: Map<string, number>; knows: (id: string) => boolean },
) {
  const finals = new Map<string, number | Promise<number>>(deps.finals)

  return {
    reopened: () => finals.clear(),

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
      const key = `${actor.id} ${segment}`
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

    async setTranscription(principal: Principal, on: boolean): Promise<void> {
      require(core, principal, 'join')
      const participant = core.participants.get(principal.userId)
      if (!participant) throw new HubError('forbidden', 'Join the room as a participant first.')
      if (core.participants.optedOut(participant.id) === !on) return
      await core.log.append([
        {
          type: 'participant.updated',
          actor: { id: participant.id, name: participant.name, kind: 'person' },
          data: { opted_out: !on },
        },
      ])
    },
  }

  async function append(...args: [Parameters<RoomCore['log']['append']>[0][number], object]) {
    const [event] = await core.log.append([args[0]], args[1])
    if (!event) throw new HubError('internal', 'The log answered without the event.')
    return event.seq
  }
}
