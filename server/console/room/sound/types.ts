import type { ReadonlySignal } from '@preact/signals'

/**
 * One's own microphone. `taken`: a moderator has muted it; `given`: they have given it back, and one opens it
 * again oneself. `none`: it could not be opened; one hears all the same.
 */
type OwnMicrophone = 'on' | 'muted' | 'taken' | 'given' | 'none'

export interface SoundState {
  /** `cut` comes back by itself; `over` does not. */
  phase: 'starting' | 'on' | 'cut' | 'over'
  microphone: OwnMicrophone
  /** What is wrong, and what to do about it. */
  problem?: string
}

/** Sound between this page and a room: one's own microphone, and the voices of others. */
export interface Sound {
  readonly state: ReadonlySignal<SoundState>
  /** How loud people are at this moment, 0 to 1, by their ids; who is silent may be absent. */
  readonly levels: ReadonlySignal<ReadonlyMap<string, number>>
  /** How loud the agents' voice is. */
  readonly voice: ReadonlySignal<number>
  /** Whether the room's agents are where this sound goes. */
  readonly agentsHear: ReadonlySignal<boolean>
  /** The browser plays nothing before somebody clicks. */
  readonly silentUntilClick: ReadonlySignal<boolean>
  /** Connects, and opens the microphone; again, after it was over. Never throws: the state says what is wrong. */
  start(): Promise<void>
  mute(on: boolean): Promise<void>
  /** Opens the microphone again that was given back, or could not be opened. */
  reopen(): Promise<void>
  /** After a click: plays what the browser had kept silent. */
  play(): Promise<void>
  stop(): void
}

/** How often levels are told, ms. */
export const LEVELS_EVERY_MS = 100

/** A level as it is heard, 0 to 1, of a mean square: silence to a loud voice are about 50 dB. */
export function levelOf(rms: number): number {
  if (rms <= 0) return 0
  return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 56) / 48))
}
