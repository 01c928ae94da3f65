import type { CommandName } from '#protocol'
import type { Limit } from '../buckets.ts'

/**
 * How often a user may send each command, over all their sockets. Generous: a meeting played at twenty
 * times its speed passes, partials and all; a loop gone wild does not.
 */
export const COMMAND_LIMITS: Record<CommandName, Limit> = {
  'room.join': { perSecond: 20, burst: 100 },
  'room.history': { perSecond: 20, burst: 100 },
  'room.leave': { perSecond: 20, burst: 100 },
  'caption.push': { perSecond: 50, burst: 100 },
  'audio.start': { perSecond: 2, burst: 10 },
  'audio.stop': { perSecond: 2, burst: 10 },
  'chat.send': { perSecond: 5, burst: 20 },
  'transcription.set': { perSecond: 1, burst: 10 },
  'agent.ask': { perSecond: 1, burst: 5 },
  'agent.interrupt': { perSecond: 2, burst: 10 },
  'moderation.act': { perSecond: 5, burst: 20 },
  'moderation.review': { perSecond: 5, burst: 20 },
  'moderation.claim': { perSecond: 5, burst: 20 },
  'desk.watch': { perSecond: 1, burst: 10 },
  'auth.refresh': { perSecond: 1, burst: 10 },
}

/**
 * Sound of one user over all their sockets, bytes: four microphones of the best quality, and what a network that
 * stood still for 50 s hands over at once.
 */
export const AUDIO_LIMIT: Limit = { perSecond: 4 * 96_000, burst: 50 * 96_000 }
/** One frame of sound. */
export const MAX_AUDIO_FRAME_BYTES = 32 * 1024
/** Frames of a connection that are no sound: a client that sends more than these has a defect. */
export const MAX_MALFORMED_FRAMES = 100

/** For what the hub does not know. */
export const UNKNOWN_LIMIT: Limit = { perSecond: 5, burst: 20 }

/** Open sockets of one user. */
export const MAX_CONNECTIONS = 200
