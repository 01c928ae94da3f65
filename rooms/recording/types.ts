import type { Readable } from 'node:stream'

/** Keeps sound of rooms whose settings say so. */
export interface Recorder {
  /** One microphone of somebody in a room. */
  open(roomId: string, person: { id: string; name: string }, options: { sampleRate: number }): Tap
  /** The room goes: deletes what was kept of it. Throws where the storage cannot be reached. */
  erase(roomId: string): Promise<void>
  /** Deletes what was kept of a person in all rooms, also what is being recorded. Answers how many there were. */
  eraseUser(userId: string): Promise<number>
  /** Deletes what began before this time (epoch ms), whatever time it was kept for. Answers how many there were. */
  eraseBefore(roomId: string, before: number): Promise<number>
}

/** What a microphone gives to be kept: only what may be heard. */
export interface Tap {
  write(pcm: Int16Array): void
  end(): void
}

/** Whose voice a file holds, and why. */
export interface Subject {
  roomId: string
  kind: 'meeting' | 'clip'
  user: { id: string; name: string }
  /** Of a clip. */
  caseId?: string
  /** How long it is kept, days. */
  days: number
}

/** A recording that is being made. */
export interface Take {
  readonly id: string
  /** Epoch ms, of the first sample. */
  readonly startedAt: number
  /** Of the last sample so far. */
  readonly endedAt: number
  /** Sound at 16 kHz whose end was spoken at `at`, epoch ms. */
  write(pcm: Int16Array, at: number): void
  /** Resolves when it is kept. */
  end(): Promise<void>
  /** Deletes it. */
  discard(): Promise<void>
}

/** Where finished recordings are. */
export interface Archive {
  /** Whether a place is one of this archive. */
  holds(place: string): boolean
  /** Takes a finished file; says where it is from now on. */
  keep(id: string, path: string): Promise<string>
  /** The bytes, undefined when they are not there. */
  read(place: string): Promise<Readable | undefined>
  /** Nothing happens where there is nothing. */
  remove(place: string): Promise<void>
}
