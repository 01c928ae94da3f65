import { type ErrorCode, HubError } from '#protocol'

/** Why a run's signal ended. */
export const INTERRUPTED = new Error('somebody interrupted the run')
export const SHUTDOWN = new HubError('draining', 'The room stops on this node. Ask again.')
/** Whether a run was ended from outside, rather than failed. */
export const isCut = (error: unknown) => error === INTERRUPTED || error === SHUTDOWN

/** Who comes first when several wait for the floor. */
export type Priority = 'answer' | 'greeting'

/** What was said in the end. */
export interface Said {
  text: string
  /** Seqs of the log that the text rests on. */
  citations?: number[] | undefined
}

/** What a speaker says while it has the floor. */
export interface Utterance {
  /** Ends when somebody interrupts. */
  signal: AbortSignal
  /** Shows the text so far; unless `atOnce`, not more often than readers need. */
  show(text: string, atOnce?: boolean): void
}

/**
 * A run's way to be heard. Only spoken nodes get it: a graph gives it to no other, so that what a silent node
 * makes can never reach the room by mistake.
 */
export interface Voice {
  readonly signal: AbortSignal
  /** Writes `run.started`, once. */
  start(): Promise<void>
  /**
   * Waits for the floor, speaks, and writes `talkback.said` with `run.finished`, or neither. An answer that all may hear is
   * said aloud too, where somebody is there to hear: then this lasts until its sound is over.
   */
  speak(priority: Priority, say: (utterance: Utterance) => Promise<Said>): Promise<void>
  /** Ends the run without a word. */
  fail(code: ErrorCode): Promise<void>
}

/** Marks a node whose words are heard, for whoever draws or traces the graph. */
export const SPOKEN = { metadata: { spoken: true } }

/** Shows a text that is there as a whole in groups of words, without a pretended wait. */
export async function showWhole(text: string, { signal, show }: Utterance): Promise<void> {
  const words = text.split(/(?<=\s)/u)
  for (let end = WORDS_AT_ONCE; end < words.length; end += WORDS_AT_ONCE) {
    signal.throwIfAborted()
    show(words.slice(0, end).join('').trimEnd(), true)
    await new Promise((resolve) => setImmediate(resolve))
  }
  signal.throwIfAborted()
  show(text, true)
}

const WORDS_AT_ONCE = 8
