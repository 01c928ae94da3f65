import type { Room } from '#rooms'
import { tryModel } from './ask-model.ts'
import type { GraphDeps } from './deps.ts'
import type { Finding } from './ladder.ts'
import { opinionInContext } from './opinion.ts'
import { isSpoken, type Spoken, toTurn } from './spoken.ts'

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
  const around = read.filter(isSpoken).filter(
    ({ seq, to, actor }) =>
      seq <= last + AROUND &&
      // what is private is nobody else's to judge by
      (to === undefined || actor.id === target),
  )
  const theirs = around.filter((event) => event.actor.id === target)
  if (!evidence.every((seq) => theirs.some((event) => event.seq === seq))) return false
  const turns = around
    .filter(({ to, seq }) => to === undefined || evidence.includes(seq))
    .map(toTurn)
  const opinion = await tryModel(deps, signal, (model) =>
    opinionInContext(model, turns, evidence, signal),
  )
  return opinion?.violates ?? judgeAgain(theirs, evidence)
}
