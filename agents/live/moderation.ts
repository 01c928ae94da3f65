import type { EphemeralEvent } from '#protocol'
import type { Clock } from '#rooms'
import type { Moderator, Verdict } from '../brain/moderation/index.ts'
import type { Finding } from '../graphs/ladder.ts'
import type { History, Spoken } from './history.ts'

/** What a model may be asked about: how one treats others. The rest is a matter of counting. */
const CONDUCT = ['harassment', 'hate', 'threat', 'sexual'] as const
/** Below, the local stages are sure that it is harmless. */
const UNSURE_FROM = 0.35
/** How far back what a crash left unjudged is judged, ms. */
export const LOOK_BACK_MS = 120_000

export interface GuardDeps {
  roomId: string
  moderator: Moderator
  clock: Clock
  cooldownMs: number
  /** Whether a model is there for what the local stages are unsure of. */
  asksModel: boolean
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
  const { roomId, moderator, clock, cooldownMs, asksModel } = deps
  const watched = new Map<string, Watched>()
  /** The first seq that was judged as it came. */
  let heardFrom = Number.POSITIVE_INFINITY

  function judge(event: Spoken): Verdict {
    const kind = event.type === 'chat.message' ? 'chat' : 'final'
    const { actor, at, data } = event
    return moderator.judge({ text: data.text, speaker: { id: actor.id }, at, kind, room: roomId })
  }

  /** An offence during the cooldown counts with the one before, unless it is graver. */
  function covered(target: string, grave: boolean): boolean {
    const before = watched.get(target)
    return before !== undefined && clock.now() < before.until && (before.grave || !grave)
  }

  function proceed(verdict: Verdict, target: string, text: string, evidence: number[]) {
    const unsure = asksModel && isUnsure(verdict)
    if (!unsure && !isGround(verdict)) return
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
      proceed(verdict, event.actor.id, event.data.text, [event.seq])
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
      if (verdict.severity === 'grave') proceed(verdict, actor.id, data.text, [])
    },

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

/** Whether it is a ground for acting without anybody's opinion. */
function isGround({ flagged, severity, categories }: Verdict): boolean {
  if (!flagged) return false
  return severity !== 'low' || categories.includes('personal_data')
}

/** Words that no agent repeats. */
export function isOffence({ flagged, severity }: Verdict): boolean {
  return flagged && (severity === 'high' || severity === 'grave')
}

/** The middle band: too much to be sure that it is harmless, too little to act. */
function isUnsure({ severity, scores }: Verdict): boolean {
  if (severity === 'high' || severity === 'grave') return false
  return CONDUCT.some((category) => scores[category] >= UNSURE_FROM)
}

function positive(scores: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(scores)
      .filter(([, score]) => score > 0)
      .map(([category, score]) => [category, Math.round(score * 1000) / 1000]),
  )
}
