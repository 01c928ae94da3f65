import { Annotation, END, interrupt, type Runtime, START, StateGraph } from '@langchain/langgraph'
import type { CaseView, EventDraft, ModerationPolicy } from '#protocol'
import type { Room } from '#rooms'
import { tryModel } from './ask-model.ts'
import { contextOf, type GraphDeps } from './deps.ts'
import {
  actsAlone,
  type Finding,
  ladder,
  lesser,
  type Step,
  spareModerator,
  stepOf,
} from './ladder.ts'
import { CONDUCT, opinionOn, REASONS } from './opinion.ts'
import { confirmed, type LookContext } from './second-look.ts'
import { SPOKEN } from './voice.ts'

/** What ends a case's wait: a person's review, or its time is over. */
export interface Ruling {
  decision: 'approve' | 'reject' | 'undo'
  /** Nobody has decided it in time. */
  expired: boolean
}

const State = Annotation.Root({
  case: Annotation<string>,
  finding: Annotation<Finding>,
  step: Annotation<Step | null>,
  /** A person is asked, whatever the policy says of the action. */
  ask: Annotation<boolean>,
  /** The case has its row already, and waits. */
  waiting: Annotation<boolean>,
  /** Another case, by which a removal that was not sure enough was put to a person. */
  removal: Annotation<string | null>,
  ruling: Annotation<Ruling | null>,
})
type State = typeof State.State

export interface ModerationContext extends LookContext {
  room: Pick<Room, 'casesAbout' | 'caseOf' | 'enforce' | 'propose' | 'moderates' | 'read'>
  /** The room's policy as it is at this moment. */
  policy(): ModerationPolicy
  /** Whether the room's moderation is on at this moment. */
  enabled(): boolean
  /** What was said, for a model where one is asked; never kept. */
  text: string
  /** What a person is told right before they are removed, and can be told nothing more. */
  lastWords(target: string, step: Step, reason: string): EventDraft[]
  /** Tells the person in private. */
  notify(target: string, step: Step, reason: string): Promise<void>
  /** Commits what was decided about a case that waited; the step that was taken by it. */
  settle?(ruling: Ruling): Promise<Step | null>
}

const Context = Annotation.Root({ of: Annotation<ModerationContext> })
type Run = Runtime<typeof Context.State>

/**
 * A case: `weigh` asks a model where the local stages were unsure, `decide` finds the step of the ladder, `look` looks again
 * before a removal, `enforce` commits case and action, `notify` tells the person. Where the policy wants a person, `propose`
 * commits the case alone, `wait` interrupts the thread until a ruling resumes it, and `settle` commits that.
 */
export function createModerationGraph(deps: GraphDeps) {
  async function weigh({ finding }: State, { context }: Run) {
    if (!finding.unsure) return {}
    const { text, signal, policy } = contextOf(context)
    const verdict = await tryModel(deps, signal, (model) => opinionOn(model, text, signal))
    // without an opinion nothing is done, unless a person is to be asked
    if (!verdict)
      return policy().ask_when_unsure && suspects(finding, policy()).length > 0
        ? { ask: true, finding: suspected(finding, policy()) }
        : {}
    if (!verdict.violates) return {}
    const { category } = verdict
    return {
      finding: {
        ...finding,
        ...{ unsure: false, severity: 'high' as const, stage: 'model' },
        categories: [...new Set([...finding.categories, category])],
        reason: finding.reason || REASONS[category],
      },
    }
  }

  async function decide(state: State, { context }: Run) {
    const { room, policy } = contextOf(context)
    const { finding } = state
    const cases = await room.casesAbout(finding.target)
    // tried again after its action: only what follows it is left to do
    const mine = cases.find((c) => c.case === state.case)
    if (mine) return { step: stepOf(mine), waiting: mine.status === 'open' }
    // nobody is punished twice for one text
    const known = cases.some(
      (c) =>
        c.case !== removalOf(state.case) &&
        c.evidence.some((seq) => finding.evidence.includes(seq)),
    )
    return { step: known ? null : stepFor(finding, cases, contextOf(context), policy()) }
  }

  async function look({ finding, step, ...state }: State, { context }: Run) {
    const { room, policy, enabled } = contextOf(context)
    if (step?.action !== 'remove' || !actsAlone(step, policy())) return {}
    const removal = removalOf(state.case)
    // put to a person already, before a crash: theirs to decide
    const asked = (await room.caseOf(removal)) !== undefined
    const sure = !asked && (await confirmed(deps, contextOf(context), finding))
    // strikes may have been taken back meanwhile
    const cases = await room.casesAbout(finding.target)
    const now = stepFor(finding, cases, contextOf(context), policy())
    if (sure || now?.action !== 'remove' || !actsAlone(now, policy())) return { step: now }
    if (!enabled()) return { step: null }
    await propose(removal, finding, now, contextOf(context))
    const milder = lesser(finding, policy())
    return { removal, step: actsAlone(milder, policy()) ? milder : null }
  }

  async function enforce(state: State, { context }: Run) {
    const { finding, step } = state
    const { room, policy, enabled, lastWords } = contextOf(context)
    if (!step) return {}
    if ((await room.casesAbout(finding.target)).some((c) => c.case === state.case)) return {}
    if (!enabled()) return { step: null }
    const { target, reason } = finding
    const made = await room.enforce({
      target,
      action: step.action,
      ...(step.minutes === undefined ? {} : { minutes: step.minutes }),
      reason,
      by: 'policy',
      finding: caseFinding(state.case, finding),
      first: lastWords(target, step, reason),
      allowed: () => enabled() && actsAlone(step, policy()),
    })
    // from one moment to the next it was not to act alone any more
    return made ? {} : enabled() ? { ask: true } : { step: null }
  }

  async function putForward(state: State, { context }: Run) {
    const { finding, step } = state
    const { enabled } = contextOf(context)
    if (!step || !enabled()) return { step: null }
    await propose(state.case, finding, step, contextOf(context))
    return { waiting: true }
  }

  async function propose(
    id: string,
    finding: Finding,
    step: Step,
    { room, policy }: ModerationContext,
  ): Promise<void> {
    const { expires_after_minutes, on_expiry } = policy()
    await room.propose({
      target: finding.target,
      action: step.action,
      ...(step.minutes === undefined ? {} : { minutes: step.minutes }),
      reason: finding.reason,
      finding: caseFinding(id, finding),
      expiresAt: Math.round(deps.clock.now() + expires_after_minutes * 60_000),
      onExpiry: on_expiry,
    })
  }

  function wait({ case: id, step }: State) {
    const ruling: Ruling = interrupt({ case: id, action: step?.action, minutes: step?.minutes })
    return { ruling }
  }

  async function settle({ ruling, finding, step }: State, { context }: Run) {
    const { settle: commit, policy, enabled } = contextOf(context)
    if (!ruling || !commit) throw new Error('a case was resumed without a ruling')
    const alone = ruling.expired && ruling.decision === 'approve'
    const may =
      !alone ||
      (enabled() &&
        policy().automatic &&
        (step?.action !== 'remove' || (await confirmed(deps, contextOf(context), finding))))
    return { step: await commit(may ? ruling : { ...ruling, decision: 'reject' }) }
  }

  async function notify({ finding, step }: State, { context }: Run) {
    // who is removed has the action with its reason, and is gone
    if (step && step.action !== 'remove')
      await contextOf(context).notify(finding.target, step, finding.reason)
    return {}
  }

  return new StateGraph(State, Context)
    .addNode('weigh', weigh)
    .addNode('decide', decide)
    .addNode('look', look)
    .addNode('enforce', enforce)
    .addNode('propose', putForward)
    .addNode('wait', wait)
    .addNode('settle', settle)
    .addNode('notify', notify, SPOKEN)
    .addConditionalEdges(START, ({ waiting }) => (waiting ? 'wait' : 'weigh'), ['wait', 'weigh'])
    .addConditionalEdges('weigh', ({ finding, ask }) => (finding.unsure && !ask ? END : 'decide'), [
      'decide',
      END,
    ])
    .addConditionalEdges(
      'decide',
      ({ step, ask, waiting }) => (waiting ? 'wait' : !step ? END : ask ? 'propose' : 'look'),
      ['wait', 'propose', 'look', END],
    )
    .addConditionalEdges('look', ({ step }) => (step ? 'enforce' : END), ['enforce', END])
    .addConditionalEdges('enforce', ({ step, ask }) => (!step ? END : ask ? 'propose' : 'notify'), [
      'propose',
      'notify',
      END,
    ])
    .addConditionalEdges('propose', ({ waiting }) => (waiting ? 'wait' : END), ['wait', END])
    .addEdge('wait', 'settle')
    .addConditionalEdges('settle', ({ step }) => (step ? 'notify' : END), ['notify', END])
    .addEdge('notify', END)
    .compile({ checkpointer: deps.threads.saver, name: 'moderation' })

  function stepFor(
    finding: Finding,
    cases: readonly CaseView[],
    { room }: ModerationContext,
    policy: ModerationPolicy,
  ): Step | null {
    const step = ladder(finding, cases, deps.clock.now(), policy)
    return room.moderates(finding.target) ? spareModerator(step, policy) : step
  }
}

/** A finding as far as a case's row has it. */
export function findingOf(view: CaseView): Finding {
  const { target, categories, scores, gravity, stage, reason, evidence } = view
  const found = { target, categories, scores, stage, reason, evidence }
  return { ...found, severity: gravity, unsure: false }
}

function caseFinding(id: string, finding: Finding) {
  const { categories, scores, evidence, stage, severity } = finding
  return { case: id, categories, scores, evidence, stage, gravity: severity }
}

const REMOVAL = '-removal'

function removalOf(caseId: string): string {
  return `${caseId}${REMOVAL}`
}

/** Of a removal that was put to a person: the case of the lesser step that goes with it. */
export function lesserCaseOf(removal: string): string | undefined {
  return removal.endsWith(REMOVAL) ? removal.slice(0, -REMOVAL.length) : undefined
}

/** What nobody but a person is to judge. */
function suspected(finding: Finding, policy: ModerationPolicy): Finding {
  const likely = suspects(finding, policy)
  const [first] = likely
  return {
    ...finding,
    categories: [...new Set([...finding.categories, ...likely])],
    reason: finding.reason || (first ? `perhaps ${REASONS[first]}` : ''),
  }
}

function suspects({ scores }: Finding, { ask_from }: ModerationPolicy) {
  return CONDUCT.filter((category) => (scores[category] ?? 0) >= ask_from)
}
