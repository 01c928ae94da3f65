/** One finished utterance of a room, as the brain reads it. `seq` is its number in the room's log. */
export interface Turn {
  seq: number
  /** Epoch milliseconds. */
  at: number
  speaker: { id: string; name: string }
  text: string
}
