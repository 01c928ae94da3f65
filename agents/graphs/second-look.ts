import type { RoomEventOf } from '#protocol'
import type { Room } from '#rooms'
import { tryModel } from './ask-model.ts'
import type { GraphDeps } from './deps.ts'
import type { Finding } from './ladder.ts'
import { opinionInContext } from './opinion.ts'

type Spoken = RoomEventOf<'transcript.final' | 'chat.message'>

export interface LookContext {
  room: Pick<Room, 'read'>
  /** The local stages over what one person said, oldest first: whether the evidence among it is still an offence. */
  judgeAgain(said: readonly Spoken[], evidence: readonly number[]): boolean
  signal: AbortSignal
}

/** How far around the evidence is read, in seqs. */
const AROUND = 40

/**
 * Whether the evidence of a finding holds when it is read again, with what was said around it: from the log, so that what
 * was erased meanwhile is gone, and by the model where there is one.
 */
export async function confirmed(
  deps: Pick<GraphDeps, 'model' | 'onFallback'>,
  { room, judgeAgain, signal }: LookContext,
  { target, evidence }: Pick<Finding, 'target' | 'evidence'>,
): Promise<boolean> {
  if (evidence.length === 0) return false
  const first = Math.min(...evidence)
  const last = Math.max(...evidence)
  const read = await room.read(
    ['transcript.final', 'chat.message'],
    Math.max(0, first - AROUND),
    last - first + 2 * AROUND,
  )
  const around = read.filter(
    (event): event is Spoken =>
      (event.type === 'transcript.final' || event.type === 'chat.message') &&
      event.seq <= last + AROUND &&
      // what is private is nobody else's to judge by
      (event.to === undefined || event.actor.id === target),
  )
  const theirs = around.filter((event) => event.actor.id === target && !event.erased)
  if (!evidence.every((seq) => theirs.some((event) => event.seq === seq))) return false
  const turns = around
    .filter(({ to, seq }) => to === undefined || evidence.includes(seq))
    .map(({ seq, at, actor, data }) => ({
      ...{ seq, at, text: data.text },
      speaker: { id: actor.id, name: actor.name },
    }))
  const opinion = await tryModel(deps, signal, (model) =>
    opinionInContext(model, turns, evidence, signal),
  )
  return opinion?.violates ?? judgeAgain(theirs, evidence)
}
