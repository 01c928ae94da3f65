import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kidOf, seal, unseal } from './envelope.ts'
import { VaultError } from './failure.ts'
import type { Place } from './place.ts'

const key = createSecretKey(randomBytes(32))
const place: Place = { table: 'things', column: 'secret', row: '7', userId: 'ann' }
const sealed = seal(key, 'key-1', place, Buffer.from('the words'))

const codeOf = (attempt: () => unknown) => {
  try {
    attempt()
  } catch (error) {
    if (error instanceof VaultError) return error.code
    throw error
  }
  return 'opened'
}

test('any bytes come back, in any place', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.record({ table: fc.string(), column: fc.string(), row: fc.string(), userId: fc.string() }),
      (plain, anywhere) => {
        const text = seal(key, 'key-1', anywhere, plain)
        expect(kidOf(anywhere, text)).toBe('key-1')
        expect(new Uint8Array(unseal(key, anywhere, text))).toEqual(plain)
      },
    ),
  )
})

test('the same words are sealed as other text each time, which does not hold them', () => {
  const again = seal(key, 'key-1', place, Buffer.from('the words'))
  const [, , iv, text] = sealed.split('.')
  expect(again.split('.')[2]).not.toBe(iv)
  expect(again.split('.')[3]).not.toBe(text)
  expect(sealed).toMatch(/^v1\.key-1\.[\w-]{16}\.[\w-]{12}\.[\w-]{22}$/)
  expect(Buffer.from(text ?? '', 'base64url').toString()).not.toBe('the words')
})

describe('it is damaged', () => {
  test('with any bit of its text flipped', () => {
    for (let at = 0; at < sealed.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const flipped = String.fromCharCode(sealed.charCodeAt(at) ^ (1 << bit))
        const text = sealed.slice(0, at) + flipped + sealed.slice(at + 1)
        expect(
          codeOf(() => unseal(key, place, text)),
          text,
        ).toBe('damaged')
      }
  })

  test('cut at any place, or with more behind it', () => {
    for (let length = 0; length < sealed.length; length++)
      expect(codeOf(() => unseal(key, place, sealed.slice(0, length)))).toBe('damaged')
    for (const more of ['A', '.', '.AAAA', '\n', ' ', '='])
      expect(codeOf(() => unseal(key, place, sealed + more))).toBe('damaged')
  })

  test('of another version, without its parts, or as nothing', () => {
    for (const text of [sealed.replace('v1', 'v2'), 'v1....', 'v1', '', 'the words'])
      expect(codeOf(() => unseal(key, place, text))).toBe('damaged')
  })

  test('under another key, and under the id of another key', () => {
    expect(codeOf(() => unseal(createSecretKey(randomBytes(32)), place, sealed))).toBe('damaged')
    expect(codeOf(() => unseal(key, place, sealed.replace('key-1', 'key-2')))).toBe('damaged')
  })

  test('in any other place, also where the parts of two places say the same together', () => {
    for (const part of ['table', 'column', 'row', 'userId'] as const)
      expect(codeOf(() => unseal(key, { ...place, [part]: 'other' }, sealed))).toBe('damaged')
    const odd = seal(key, 'k', { ...place, row: '1|2', userId: '3' }, Buffer.from('x'))
    expect(codeOf(() => unseal(key, { ...place, row: '1', userId: '2|3' }, odd))).toBe('damaged')
    expect(codeOf(() => unseal(key, { ...place, row: '1%7C2', userId: '3' }, odd))).toBe('damaged')
  })
})
