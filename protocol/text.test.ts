import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { RoomGrants } from './principal.ts'
import {
  clientId,
  MAX_TEXT_BYTES,
  personName,
  remark,
  roomName,
  spokenText,
  storable,
  userId,
} from './text.ts'

const ok = (schema: z.ZodType, text: string) => schema.safeParse(text).success

/** Any sequence of UTF-16 units, halves of characters included. */
const anything = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 210 })
  .map((units) => String.fromCharCode(...units))

/** Every character of Unicode's category Cc. */
const CONTROLS = [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i)].map(
  (code) => String.fromCharCode(code),
)

describe('names of rooms and people', () => {
  test.each([
    ['slashes', 'team/daily/10:00?#%'],
    ['emoji, joined and flagged', '👩‍👩‍👧 🇩🇪 stand-up'],
    ['right to left, with its marks', '\u202bשלום\u202c \u2067عربي\u2069'],
    ['spaces inside', 'a  b\u00a0c\u2028d'],
    ['quotes and brackets', `<b>"it's"</b> & {{x}}`],
    ['what every object has', '__proto__'],
    ['one character', 'x'],
  ])('may hold %s', (_, name) => {
    expect(roomName.parse(name)).toBe(name)
    expect(personName.parse(name)).toBe(name)
  })

  test('hold no control character, at any place', () => {
    for (const control of CONTROLS) {
      expect(ok(roomName, `a${control}b`), JSON.stringify(control)).toBe(false)
      expect(ok(personName, `a${control}b`), JSON.stringify(control)).toBe(false)
    }
  })

  test('are well-formed, not blank, and taken as they are', () => {
    for (const name of ['a\ud800b', '\udc00', 'a\ud83d', '', ' ', '\u00a0\u3000'])
      expect(ok(roomName, name), JSON.stringify(name)).toBe(false)
    expect(roomName.parse('  daily ')).toBe('  daily ')
    expect(personName.parse('  Ann ')).toBe('Ann')
    for (const name of ['x\n', '\tx'])
      expect(ok(roomName, name) || ok(personName, name)).toBe(false)
  })

  test('are NFC: two spellings are one name', () => {
    expect(roomName.parse('Cafe\u0301')).toBe('Caf\u00e9')
    expect(roomName.parse('\u212b')).toBe('\u00c5')
    expect(RoomGrants.parse({ 'Cafe\u0301': ['join'] })).toEqual({ 'Caf\u00e9': ['join'] })
  })

  test('are measured in characters of Unicode, after NFC', () => {
    expect(ok(roomName, '😀'.repeat(200))).toBe(true)
    expect(ok(roomName, '😀'.repeat(201))).toBe(false)
    expect(ok(roomName, 'e\u0301'.repeat(200))).toBe(true)
    expect(ok(personName, 'x'.repeat(100))).toBe(true)
    expect(ok(personName, 'x'.repeat(101))).toBe(false)
  })

  test('parsed once or twice they are the same', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const once = roomName.safeParse(text)
        if (once.success) expect(roomName.parse(once.data)).toBe(once.data)
      }),
    )
  })
})

describe('what a person says', () => {
  test('keeps line breaks, tabs, emoji and bidi marks, without what surrounds it', () => {
    const text = 'one\n\ttwo \u2067שלוש\u2069 👍🏽\u0007!'
    expect(spokenText.parse(`\n ${text}\t`)).toBe(text)
  })

  test('is replaced where Postgres cannot store it', () => {
    expect(spokenText.parse('a\0b\ud800c')).toBe('a\uFFFDb\uFFFDc')
    expect(spokenText.parse('\0')).toBe('\uFFFD')
    expect(storable('fine 😀')).toBe('fine 😀')
  })

  test('says something', () => {
    for (const text of ['', '   ', '\n\t']) expect(ok(spokenText, text)).toBe(false)
  })

  test.each([
    ['ASCII', 'x', 1],
    ['Greek', 'λ', 2],
    ['Chinese', '好', 3],
    ['emoji', '😀', 4],
    // Each becomes U+FFFD, and counts as that.
    ['lone surrogates', '\ud800', 3],
  ])('is at most 16 KB in UTF-8: %s', (_, character, bytes) => {
    const most = Math.floor(MAX_TEXT_BYTES / bytes)
    expect(ok(spokenText, character.repeat(most))).toBe(true)
    const over = spokenText.safeParse(character.repeat(most + 1))
    expect(over.error?.issues).toMatchObject([{ params: { code: 'too_large' } }])
  })

  test('after parsing is always what JSON and Postgres can hold', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const parsed = spokenText.safeParse(text)
        if (!parsed.success) return
        expect(parsed.data.isWellFormed()).toBe(true)
        expect(parsed.data).not.toContain('\0')
        expect(spokenText.parse(parsed.data)).toBe(parsed.data)
      }),
    )
  })

  test('a remark may be empty, and is at most 1,000 characters', () => {
    expect(remark.parse('  ')).toBe('')
    expect(remark.parse('why\0')).toBe('why\uFFFD')
    expect(ok(remark, 'x'.repeat(1000))).toBe(true)
    expect(ok(remark, 'x'.repeat(1001))).toBe(false)
  })
})

describe('ids', () => {
  test('may hold anything but control characters and halves of characters', () => {
    for (const schema of [userId, clientId]) {
      for (const id of ['auth0|42', 'a b', 'lk:room:x', '😀', 'ü/?'])
        expect(schema.parse(id)).toBe(id)
      for (const id of ['', 'a\nb', 'a\0', '\ud800']) expect(ok(schema, id)).toBe(false)
    }
    expect(ok(clientId, 'x'.repeat(64))).toBe(true)
    expect(ok(clientId, 'x'.repeat(65))).toBe(false)
    expect(ok(clientId, '😀'.repeat(64))).toBe(true)
    expect(ok(userId, 'x'.repeat(513))).toBe(false)
  })

  test('are taken as they are: an id is no text', () => {
    expect(userId.parse(' Cafe\u0301 ')).toBe(' Cafe\u0301 ')
  })
})
