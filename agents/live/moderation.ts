import type { EphemeralEvent, ModerationPolicy } from '#protocol'
import type { Clock } from '#rooms'
import type { Moderator, Verdict } from '../brain/moderation/index.ts'
import { type Finding, SLIPS } from '../graphs/ladder.ts'
import { CONDUCT } from '../graphs/opinion.ts'
import type { Spoken } from '../graphs/spoken.ts'
import type { History } from './history.ts'

/** Below, a model is not asked: the local stages are sure that it is harmless. */
const ASK_MODEL_FROM = 0.35
/** How far back what a crash left unjudged is judged, ms. */
export const LOOK_BACK_MS = 120_000
/** Turns of one person that belong together when they are judged a second time, ms apart. */
const TOGETHER_MS = 30_000

export interface GuardDeps {
  roomId: string
  moderator: Moderator
  clock: Clock
  cooldownMs: number
  /** Whether a model is there for what the local stages are unsure of. */
  asksModel: boolean
  /** The room's policy as it is now. */
  policy(): ModerationPolicy
  /** Runs once the room's settings are known: at once, as soon as they are. */
  whenKnown(run: () => void): void
  /** Runs the moderation graph; says whether something was done. */
  act(finding: Finding, text: string): Promise<boolean>
  failed(error: unknown): void
}

interface Watched {
  /** Offences until then are part of the one that is acted on. */
  until: number
  grave: boolean
}

/** Judges what people say at once, and acts on it: one action for one burst of offences. */
export function createGuard(deps: GuardDeps) {
  const { roomId, moderator, clock, cooldownMs, asksModel, policy } = deps
  const watched = new Map<string, Watched>()
  /** The first seq that was judged as it came. */
  let heardFrom = Number.POSITIVE_INFINITY

  function judge(event: Spoken): Verdict {
    return moderator.judge(judged(event, roomId))
  }

  /** An offence during the cooldown counts with the one before, unless it is graver. */
  function covered(target: string, grave: boolean): boolean {
    const before = watched.get(target)
    return before !== undefined && clock.now() < before.until && (before.grave || !grave)
  }

  function proceed(verdict: Verdict, target: string, text: string, evidence: number[]) {
    const ground = isGround(verdict, policy())
    const unsure = !ground && isUnsure(verdict, policy(), asksModel)
    if (!ground && !unsure) return
    const grave = verdict.severity === 'grave'
    if (covered(target, grave)) return
    // an offence that nobody is sure of must not hide the next one
    const cooldown: Watched = { until: clock.now() + cooldownMs, grave }
    if (!unsure) watched.set(target, cooldown)
    const finding: Finding = {
      target,
      categories: verdict.categories,
      scores: positive(verdict.scores),
      severity: verdict.severity === 'none' ? 'low' : verdict.severity,
      stage: verdict.stage,
      reason: verdict.reason,
      evidence,
      unsure,
    }
    deps.act(finding, text).then(
      (acted) => {
        if (acted) watched.set(target, cooldown)
        else if (watched.get(target) === cooldown) watched.delete(target)
      },
      (error: unknown) => {
        if (watched.get(target) === cooldown) watched.delete(target)
        deps.failed(error)
      },
    )
  }

  return {
    /** Judges and acts. Answers whether the words are fit to be repeated by other agents. */
    hear(event: Spoken): boolean {
      heardFrom = Math.min(heardFrom, event.seq)
      const verdict = judge(event)
      deps.whenKnown(() => proceed(verdict, event.actor.id, event.data.text, [event.seq]))
      return !isOffence(verdict)
    },

    /** A partial is judged for the gravest alone; its text is in no log, so that there is no evidence. */
    hearPartial({ actor, at, data }: Extract<EphemeralEvent, { type: 'transcript.partial' }>) {
      const verdict = moderator.judge({
        text: data.text,
        speaker: { id: actor.id },
        at,
        kind: 'partial',
        room: roomId,
      })
      if (verdict.severity === 'grave')
        deps.whenKnown(() => proceed(verdict, actor.id, data.text, []))
    },

    forget: (userId: string) => watched.delete(userId),

    /** Judges what was said before a crash and is in no case. */
    catchUp({ latest, flagged }: Pick<History, 'latest' | 'flagged'>) {
      for (const event of latest) {
        if (event.seq >= heardFrom || clock.now() - event.at > LOOK_BACK_MS) continue
        const known = flagged.some(
          ({ at, data }) => data.target === event.actor.id && at >= event.at - cooldownMs,
        )
        if (!known) proceed(judge(event), event.actor.id, event.data.text, [event.seq])
      }
    },
  }
}

/**
 * Whether the evidence is an offence still when a person's words are judged again, oldest first: by themselves, and in the
 * company of what the person said right before and after.
 */
export function judgedAgain(
  moderator: Moderator,
  key: string,
  said: readonly Spoken[],
  evidence: readonly number[],
  policy: ModerationPolicy,
): boolean {
  const verdicts = new Map(
    said.map((event) => [event.seq, moderator.judge(judged(event, `again ${key}`))]),
  )
  return evidence.some((seq) => {
    const at = said.findIndex((event) => event.seq === seq)
    const event = said[at]
    const alone = verdicts.get(seq)
    if (!event || !alone || !isGround(alone, policy)) return false
    // what one says too often is no better for its company
    if (!CONDUCT.some((category) => alone.categories.includes(category))) return true
    const near = (other: Spoken | undefined) =>
      other && Math.abs(other.at - event.at) <= TOGETHER_MS ? [other.data.text] : []
    const text = [...near(said[at - 1]), event.data.text, ...near(said[at + 1])].join(' ')
    const together = { ...judged(event, `together ${key}`), kind: 'final' as const, text }
    return isGround(moderator.judge(together), policy)
  })
}

function judged({ type, actor, at, data }: Spoken, room: string) {
  const kind = type === 'chat.message' ? ('chat' as const) : ('final' as const)
  return { text: data.text, speaker: { id: actor.id }, at, kind, room }
}

/** Whether it is a ground for acting without anybody's opinion. */
function isGround(verdict: Verdict, { act_from }: ModerationPolicy): boolean {
  const { flagged, severity, categories } = verdict
  if (!flagged) return false
  if (severity === 'grave' || categories.includes('personal_data')) return true
  // talk of harming oneself, where it is the worst of it, needs people
  if (severity === 'low' && categories.includes('self_harm')) return false
  return offence(verdict) >= act_from
}

/** Words that no agent repeats. */
export function isOffence({ flagged, severity }: Verdict): boolean {
  return flagged && (severity === 'high' || severity === 'grave')
}

/** The middle band: too much to be sure that it is harmless, too little to act. A model is sooner asked than a person. */
function isUnsure(
  { severity, scores }: Verdict,
  { ask_from, ask_when_unsure }: ModerationPolicy,
  asksModel: boolean,
): boolean {
  const person = ask_when_unsure ? ask_from : Number.POSITIVE_INFINITY
  const from = asksModel ? Math.min(ASK_MODEL_FROM, person) : person
  return severity !== 'grave' && CONDUCT.some((category) => scores[category] >= from)
}

/** The worst score of what is an offence at all. */
function offence({ scores }: Verdict): number {
  const of = Object.entries(scores).filter(([category]) => !SLIPS.has(category))
  return Math.max(0, ...of.map(([, score]) => score))
}

function positive(scores: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(scores)
      .filter(([, score]) => score > 0)
      .map(([category, score]) => [category, Math.round(score * 1000) / 1000]),
  )
}
