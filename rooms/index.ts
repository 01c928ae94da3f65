/**
 * Live rooms: the log of each, who is in it, what is kept true about them, and which node owns it.
 * May import #protocol and #db.
 */
export { createLocalBus } from './bus.ts'
export { caseView } from './cases.ts'
export { type Clock, sleep, systemClock } from './clock.ts'
export { SYSTEM } from './core.ts'
export { createRooms, type RoomsDeps } from './directory.ts'
export { createKeyedLock } from './keyed-lock.ts'
export { createLimiter } from './limiter.ts'
export type * from './media/types.ts'
export type * from './moderation/types.ts'
export { acquireOwnership, type Ownership } from './ownership.ts'
export { createPatience, statusOf } from './patience.ts'
export { type RoomPrivacy, roomPlaces } from './privacy/index.ts'
export type * from './speech/types.ts'
export type * from './types.ts'
