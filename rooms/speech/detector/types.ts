/** Judges whether sound is voice, for many microphones. */
export interface VoiceDetector {
  open(): Ear
  stop(): Promise<void>
}

/** One microphone's: what it heard before has a say in what it makes of the next. */
export interface Ear {
  /** How probably this chunk is voice, 0 to 1. Asked again only after the answer. */
  hear(pcm: Int16Array): number | Promise<number>
  /** What comes next does not follow what came before. */
  reset(): void
}
