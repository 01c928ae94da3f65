import { HubError, type Principal } from '#protocol'
import type { Turn } from '../brain/index.ts'
import type { Spoken } from '../graphs/spoken.ts'
import type { Ask } from '../types.ts'
import { createCalls } from './calls.ts'
import { roomAgent } from './config.ts'
import type { RoomContext } from './context.ts'
import type { Questions } from './questions.ts'

export interface AskingDeps {
  questions: Questions
  /** Whether words may be repeated. */
  isFit(turn: Turn): boolean
  /** Resolves when the agents know the room's past. */
  ready(): Promise<void>
}

/** How people ask the agent, and stop it: by its name, by a message to it alone, by a command. */
export function createAsking(context: RoomContext, { questions, isFit, ready }: AskingDeps) {
  const { room, runs, clock, config, log } = context
  const calls = createCalls({
    name: () => (config('qa').enabled ? config('qa').name : undefined),
    people: () => room.participants().map((p) => p.name),
  })

  return {
    /** Whether something that all heard was said to the agent. Takes what was said in its order. */
    isCall: (event: Spoken) => calls.of(event) !== undefined,

    forget: calls.forget,

    /** Whether it was for the agent: a question is put to it then. */
    hear(event: Spoken): boolean {
      const alone = event.to === roomAgent(config('qa')).id
      if (event.to !== undefined && !alone) return false
      const call = alone ? { question: event.data.text } : calls.of(event)
      if (call?.question !== undefined) {
        const { id: askerId, name: askerName } = event.actor
        questions
          .ask({ question: call.question, askerId, askerName, private: alone }, true)
          .catch((error: unknown) => {
            if (error instanceof HubError)
              log.debug({ code: error.code }, 'a question was not taken')
            else context.failed('qa')(error)
          })
      }
      return call !== undefined
    },

    async ask(principal: Principal, wanted: Ask): Promise<{ run: string }> {
      room.require(principal, 'join')
      if (room.status === 'closed')
        throw new HubError('room_closed', 'The room is closed. Join it to open it again.')
      const present = room.participants().find((p) => p.id === principal.userId)
      // who only watches is not seen: they ask for themselves alone
      if (!present && !wanted.private)
        throw new HubError('forbidden', 'Join the room to ask for all to hear, or ask in private.')
      if (!wanted.private && present?.muted_until !== undefined)
        throw new HubError('muted', 'A moderator muted you in this room. You can ask in private.', {
          details: { until: present.muted_until },
        })
      await ready()
      const { question, commandId } = wanted
      const { userId: id } = principal
      const name = present?.name ?? principal.name ?? id
      const asked = { question, askerId: id, askerName: name, private: wanted.private }
      const said = { seq: 0, at: clock.now(), speaker: { id, name }, text: question }
      return { run: await questions.ask(asked, wanted.private || isFit(said), commandId) }
    },

    async interrupt(principal: Principal, run?: string): Promise<{ runs: string[] }> {
      room.require(principal, 'join')
      if (!room.isPresent(principal.userId)) room.require(principal, 'moderate')
      return { runs: await runs.interrupt(principal.userId, run) }
    },
  }
}
