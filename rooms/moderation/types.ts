import type { CaseView, EventDraft, Gravity, PolicyAction } from '#protocol'

/** An action on a person, as decided by a moderator or the policy. */
export interface ActionRequest {
  target: string
  action: 'warn' | 'mute' | 'remove' | 'restore'
  reason: string
  /** Absent: until undone. */
  minutes?: number
  /** A user id or `policy`. */
  by: string
  /** For `policy`: what was found, so that a case with evidence is made before the action. */
  finding?: CaseFinding
  /** Asked right before the action holds; when it says no, nothing is done. */
  allowed?: () => boolean
  /** Events that are committed with the action, before it. */
  first?: EventDraft[]
}

/** What was found about a person. */
export interface CaseFinding {
  /** The case's id, where the caller has one already. */
  case?: string
  categories: string[]
  scores: Record<string, number>
  evidence: number[]
  stage: string
  gravity: Gravity
}

export interface ReviewOptions {
  /** The case's status when the reviewer asked. Default: as it is at the call. */
  seen?: CaseView['status']
  /** Events that are committed with the decision, before it. */
  first?: EventDraft[]
}

/** An action that waits for a person to decide. */
export interface Proposal {
  target: string
  action: PolicyAction
  reason: string
  /** Absent: until undone. */
  minutes?: number
  finding: CaseFinding
  /** When nobody has decided by then, `onExpiry` does. Epoch ms. */
  expiresAt: number
  onExpiry: 'approve' | 'reject'
}
