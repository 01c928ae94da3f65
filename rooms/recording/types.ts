/** Keeps sound of rooms whose settings say so. */
export interface Recorder {
  /** One microphone of somebody in a room. */
  open(roomId: string, person: { id: string; name: string }, options: { sampleRate: number }): Tap
  /** The room goes: deletes what was kept of it. Throws where the storage cannot be reached. */
  erase(roomId: string): Promise<void>
}

/** What a microphone gives to be kept: only what may be heard. */
export interface Tap {
  write(pcm: Int16Array): void
  end(): void
}

/** Where finished recordings are. What is being written is always on this node's disk. */
export interface Archive {
  /** Takes a finished file; says where it is from now on. The file may be gone after it. */
  keep(file: { path: string; name: string }): Promise<string>
  /** The bytes of a place, undefined when they are not there. */
  read(place: string): Promise<ReadableStream<Uint8Array> | undefined>
  /** Nothing happens where there is nothing. */
  remove(place: string): Promise<void>
  /** Whether a place is one of this archive. */
  holds(place: string): boolean
}
