import type { Readable } from 'node:stream'

/** What an erasure did in one place. */
export interface Erased {
  /** Rows, events or files that are gone. */
  erased: number
  /** What stays although it is about the person, and on which ground. */
  kept?: { count: number; why: string }
}

/** A file that belongs to an export, such as a recording. */
export interface PersonalFile {
  /** Its path inside the archive, such as `recordings/ID.ogg`. */
  name: string
  /** Undefined: it is gone meanwhile. */
  open(): Promise<Readable | undefined>
}

/**
 * A place that holds personal data. All of them together are the registry: test/privacy/registry.test.ts fails
 * when a table that can hold a person is in none.
 */
export interface PersonalPlace {
  /** Its file in an export is `NAME.ndjson`, its count in a receipt is under this name. */
  readonly name: string
  /** The tables that it answers for, with their schema unless that is `public`. */
  readonly tables: readonly string[]
  /**
   * What is the person's own, in pages of short transactions, so that memory is bounded however much it is.
   * Secrets and other people's words are never in it.
   */
  export(userId: string): AsyncIterable<Record<string, unknown>>
  /** Files that go into the archive beside the rows. */
  files?(userId: string): AsyncIterable<PersonalFile>
  /** Safe to repeat: a crash in the middle is followed by a second call. */
  erase(userId: string): Promise<Erased>
}
