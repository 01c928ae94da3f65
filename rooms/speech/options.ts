/** Tuned on real meetings and clean speech (`npm run eval -- vad`); all times in ms of sound. */
export interface SpeechOptions {
  /** Probability, 0 to 1, from which sound counts as voice. Default 0.5. */
  voiceAbove: number
  /** Who speaks already is heard on down to this probability, so that soft ends of words are kept. Default 0.15. */
  voiceStaysAbove: number
  /** So much voice, and somebody speaks: less is a click or a cough. Default 96. */
  minSpeechMs: number
  /** Sound before the first voice that belongs to it: first consonants are not voiced. Default 320. */
  prerollMs: number
  /** Without voice for so long, nobody is said to speak; what they say may go on. Default 160. */
  breathMs: number
  /** A pause of so long ends what was said. Default 700. */
  silenceMs: number
  /** Nothing longer is transcribed in one piece: Whisper hears 30 s at most. Default 28,000. */
  longestMs: number
  /** What is too long is cut where it is quietest within its last so much. Default 8,000. */
  cutWithinMs: number
  /** From so far behind the sound people are told that words are late. Default 4,000. */
  lateMs: number
  /**
   * So much sound waits for the transcriber at most, over all speakers; beyond, the oldest becomes a gap. Default
   * 120,000.
   */
  waitingMs: number
  /** A transcriber that takes longer for one utterance has failed. Default 30,000. */
  timeoutMs: number
  /** Pause before the one retry. Default 500. */
  retryMs: number
  /** Stopping waits so long for words. Default 1,500. */
  drainMs: number
}

export const SPEECH_DEFAULTS: SpeechOptions = {
  voiceAbove: 0.5,
  voiceStaysAbove: 0.15,
  minSpeechMs: 96,
  prerollMs: 320,
  breathMs: 160,
  silenceMs: 700,
  longestMs: 28_000,
  cutWithinMs: 8_000,
  lateMs: 4_000,
  waitingMs: 120_000,
  timeoutMs: 30_000,
  retryMs: 500,
  drainMs: 1_500,
}
