import { z } from 'zod'

/** The longest text a person can send, in UTF-8 bytes. */
export const MAX_TEXT_BYTES = 16 * 1024

const CONTROL = /\p{Cc}/u
// JSON Schema knows no refinements: these patterns tell about them, and zod checks them
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f'
const NO_CONTROL = `^[^${CONTROLS}]+$`
const NOT_BLANK = `^[^${CONTROLS}]*[^\\s${CONTROLS}][^${CONTROLS}]*$`
const utf8 = new TextEncoder()

/** NFC, 1-200 characters, any text but control characters. Bidi marks, slashes and emoji are legitimate. */
export const roomName = name(200)

/** A person's display name: as a room's name, 100 characters. */
export const personName = name(100).transform((text) => text.trim())

/** A user's id as it stands in a token's `sub`; a LiveKit guest's holds the room and the identity. */
export const userId = z
  .string()
  .min(1)
  .max(512)
  .refine((id) => !CONTROL.test(id) && id.isWellFormed(), 'must not hold control characters')
  .meta({ pattern: NO_CONTROL })

/** What stands for the hub itself, for its agents, or for nobody any more. */
const NO_PERSON = /^(agent|system):|^(policy|system|erased)$/

/** Whether an id can be a person's, or a guest's. */
export const isPersonId = (id: string): boolean => !NO_PERSON.test(id)

/** A client's own id of a command, segment or the like. */
export const clientId = z
  .string()
  .min(1)
  .refine((id) => [...id].length <= 64, 'must be at most 64 characters')
  .refine((id) => !CONTROL.test(id) && id.isWellFormed(), 'must not hold control characters')
  .meta({ maxLength: 64, pattern: NO_CONTROL })

/**
 * What a person says or writes. Line breaks and tabs stay; what Postgres cannot store (NUL, lone
 * surrogates) is replaced, so that one person's odd text never stops a room's log.
 */
export const spokenText = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .transform(storable)
  .superRefine((text, ctx) => {
    if (utf8.encode(text).length > MAX_TEXT_BYTES)
      ctx.addIssue({
        code: 'custom',
        message: `is over ${MAX_TEXT_BYTES} bytes`,
        params: { code: 'too_large' },
      })
  })

/** A reason or note of a moderator. */
export const remark = z.string().trim().max(1000).transform(storable)

export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

function name(max: number) {
  return z
    .string()
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .transform((text) => text.normalize('NFC'))
    .refine((text) => text.trim() !== '', 'must not be empty')
    .refine((text) => [...text].length <= max, `must be at most ${max} characters`)
    .refine((text) => !CONTROL.test(text), 'must not hold control characters')
    .meta({ minLength: 1, maxLength: max, pattern: NOT_BLANK })
}
