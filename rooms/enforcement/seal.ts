import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Publishing } from './permission.ts'

/**
 * The attribute of a muted participant that says what they might publish before, so that this hub or the one after it
 * can give back exactly that. It is where the mute itself is, and so lives and ends with it: LiveKit keeps both when a
 * participant's connection is resumed, and neither when they come anew. A participant may be allowed to change their own
 * attributes, so it is signed.
 */
export const BEFORE_MUTE = 'auralink.before_mute'

const Sealed = z.object({
  canPublish: z.boolean(),
  canPublishData: z.boolean(),
  canPublishSources: z.array(z.number().int()),
})

export function createSeals(apiSecret: string) {
  const mac = (room: string, identity: string, body: string) =>
    createHmac('sha256', apiSecret)
      .update(JSON.stringify([BEFORE_MUTE, room, identity, body]))
      .digest('base64url')

  return {
    seal(room: string, identity: string, publishing: Publishing): string {
      const body = Buffer.from(JSON.stringify(publishing)).toString('base64url')
      return `${body}.${mac(room, identity, body)}`
    },

    /** Undefined where it is missing, or was not written by a hub for this participant. */
    open(room: string, identity: string, sealed: string | undefined): Publishing | undefined {
      const [body = '', signature = ''] = (sealed ?? '').split('.')
      const expected = Buffer.from(mac(room, identity, body))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      return Sealed.parse(JSON.parse(Buffer.from(body, 'base64url').toString()))
    },
  }
}
