import type { Sound } from '../speech/types.ts'

/** Where the voice of one talkback goes. */
export interface VoiceSink {
  /** Takes the sound of the next words; resolves when there is room for more. */
  write(sound: Sound): Promise<void>
  /** Resolves when all of it was heard, or it was stopped. */
  finish(): Promise<void>
  /** Silence, at once. */
  stop(): void
  /** How much was heard so far, ms. */
  playedMs(): number
}

/** Media of a room beyond its sockets, such as a LiveKit room: the room tells it what people there are to get. */
export interface RoomMedia {
  /** Whether somebody is there to hear a voice. */
  hasListeners(): boolean
  openVoice(talkback: { run: string; agent: string }): VoiceSink
}
