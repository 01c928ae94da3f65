/** Sound as the hub handles it: 16-bit PCM, one channel. */
export interface Sound {
  pcm: Int16Array
  /** Samples a second. */
  sampleRate: number
}

/** Turns the sound of one utterance into words. One adapter for each vendor. */
export interface Transcriber {
  /** For logs, and for people who ask who listens. */
  readonly name: string
  /** How many utterances are handed to it at once, so that it can go on without a pause: the others wait. Default 4. */
  readonly parallel?: number
  /**
   * Somebody will speak: fetches and loads what is needed, once. Resolves when it can transcribe; until then nothing
   * is handed to it. Throws `provider_failed`, and tries anew when it is called again.
   */
  warm(): Promise<void>
  /** Begins an utterance of one speaker. `onPartial` gets the text so far, where the vendor gives it. */
  begin(options: { onPartial(text: string): void }): Utterance
  /** What is under way rejects. */
  stop(): Promise<void>
}

/** One utterance, from its pre-roll to the pause that ends it: at most 28 s. */
export interface Utterance {
  /** 16,000 samples a second. */
  write(pcm: Int16Array): void
  /** The speaker paused: the words, an empty text where there were none. Throws `provider_failed`, `timed_out`. */
  end(): Promise<Transcript>
  /** Nobody wants it any more. */
  cancel(): void
}

export interface Transcript {
  text: string
  /** 0 to 1, where the vendor says so. */
  confidence?: number
}

/** Hears people: voice activity, endpointing and transcription, each microphone by itself. */
export interface Speech {
  /** Listens to one microphone; what it hears, it tells. */
  listen(options: { sampleRate: number }, told: Hearing): Microphone
  /** Everything that waits for the transcriber, ms of sound. */
  backlogMs(): number
  stop(): Promise<void>
}

/** What a microphone's listener is told. Times are epoch ms of the sound itself. */
export interface Hearing {
  /** Somebody began or ended to speak: told at once, before there are words. */
  speaking(on: boolean): void
  /** The text so far of a segment that is not final; replaces what was told of it before. */
  partial(segment: string, text: string): void
  /** Once for each segment, in the order in which they were spoken. */
  final(said: HeardSegment): void
  /** This was spoken, or may have been, and nobody knows the words. */
  gap(lost: { from: number; to: number; reason: string }): void
  /** How far the words are behind the sound, ms; 0: no longer. Only told beyond what people notice. */
  delayed(behindMs: number): void
}

export interface HeardSegment {
  /** As LiveKit's clients know them: `SG_` and letters. */
  segment: string
  text: string
  from: number
  to: number
  confidence?: number
}

/** Sound of one person, as it comes. */
export interface Microphone {
  write(pcm: Int16Array): void
  /**
   * There is no more: what was said is transcribed, then this resolves. After `withinMs` what has no words yet is
   * told as a gap.
   */
  end(withinMs?: number): Promise<void>
  /** What was said and is not final yet is dropped. */
  cut(): void
}

/** Turns words into sound. One adapter for each vendor. */
export interface Synthesizer {
  readonly name: string
  /** The sound of a sentence, in pieces as they are made. Throws `provider_failed`, `timed_out`. */
  speak(text: string, signal: AbortSignal): AsyncIterable<Sound>
  stop(): Promise<void>
}
