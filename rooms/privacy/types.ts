/** What becomes of one person in all rooms, one place at a time. Each answers how much went; each can be repeated. */
export interface RoomPrivacy {
  /** Removes the rooms that the person owns, with their recordings and all that was made of them. */
  removeOwned(userId: string): Promise<number>
  /** In rooms of others: they are there no more, and tombstones stand in the place of all that is by, to or about them. */
  forgetInLogs(userId: string): Promise<number>
  /** Cases about them; those by which something still holds are kept, without a name or a word. */
  forgetCases(userId: string): Promise<{ erased: number; kept: number }>
  /** What held once. What still holds is kept. */
  forgetRestrictions(userId: string): Promise<{ erased: number; kept: number }>
  forgetConsents(userId: string): Promise<number>
  forgetMemberships(userId: string): Promise<number>
  /** Ends what rooms keep no longer than their owners want. */
  sweep(): Promise<Swept>
}

export interface Swept {
  /** Rooms that were looked at. */
  rooms: number
  /** Events that are gone. */
  events: number
  /** Events in whose places tombstones stand. */
  tombstones: number
  cases: number
  recordings: number
}
