import type { RoomEvent } from '#protocol'
import type { Clock } from './clock.ts'
import { keyOf } from './core.ts'

/** How long a command's id is known, ms. */
export const ID_KEPT = 600_000

/** Outcomes of commands by user and id: a repeated command is answered with the first one's outcome. */
export function createDedupe(clock: Clock) {
  const outcomes = new Map<string, { at: number; outcome: Promise<object> }>()

  return {
    /** From the log, after a restart. */
    remember(commandId: string, event: RoomEvent) {
      outcomes.set(commandId, { at: event.at, outcome: Promise.resolve(outcomeOf(event)) })
    },
    forget(userId: string) {
      for (const id of outcomes.keys()) if (id.startsWith(keyOf(userId, ''))) outcomes.delete(id)
    },
    once<T extends object>(
      commandId: string,
      run: () => Promise<T>,
    ): Promise<T & { duplicate?: true }> {
      forget()
      const first = outcomes.get(commandId)
      // The id's owner sent the same command before: its outcome has this command's shape.
      if (first) return first.outcome.then((outcome) => ({ ...(outcome as T), duplicate: true }))
      const outcome = run()
      outcomes.set(commandId, { at: clock.now(), outcome })
      // What was refused was not done, and may be tried again under its id.
      outcome.catch(() => outcomes.delete(commandId))
      return outcome
    },
  }

  function forget() {
    for (const [id, { at }] of outcomes) {
      if (at > clock.now() - ID_KEPT) return
      outcomes.delete(id)
    }
  }
}

/** What the ack of the command that wrote this event said. */
function outcomeOf(event: RoomEvent): object {
  switch (event.type) {
    case 'run.started':
      return { run: event.data.run }
    case 'moderation.acted':
    case 'moderation.flagged':
      return { case: event.data.case }
    case 'moderation.reviewed':
    case 'participant.updated':
      return {}
    default:
      return { seq: event.seq }
  }
}
