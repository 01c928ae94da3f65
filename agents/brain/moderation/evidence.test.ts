import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findPersonalData, iban, luhn } from './personal.ts'
import { findRepetition, findSpam } from './spam.ts'

const reasons = (text: string) =>
  [...findPersonalData(text), ...findSpam(text)].filter((h) => h.score >= 0.5)

describe('personal data', () => {
  it.each([
    'my card is 4111 1111 1111 1111',
    'card 5500-0055-5555-5559 please',
    'IBAN DE89 3704 0044 0532 0130 00',
    'call me at +1 415 555 2671',
    'it is (415) 555-2671',
    'reach 415-555-2671',
    `the key is ghp_${'a1B2'.repeat(9)}`,
    'AKIAIOSFODNN7EXAMPLE',
    'the password is hunter22',
  ])('%j is found', (text) => {
    expect(reasons(text).map((h) => h.category)).toEqual(['personal_data'])
  })

  it.each([
    'card 4111 1111 1111 1112',
    'ticket 1234567890123456',
    'IBAN DE89 3704 0044 0532 0130 01',
    'version 1.2.3 of 2024-11-22 at 10:30',
    'the order number is 100 200 300',
    '3.14159265358979 and 1,000,000,000',
    'write to alice@example.com',
    'reset your password today',
    'one two three four five',
  ])('%j is not', (text) => {
    expect(reasons(text)).toEqual([])
  })

  it('knows the check digits: one changed digit breaks them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 9 }), (i, by) => {
        const card = '4111111111111111'
        const changed = `${card.slice(0, i)}${(Number(card[i]) + by) % 10}${card.slice(i + 1)}`
        expect(luhn(card)).toBe(true)
        expect(luhn(changed)).toBe(false)
      }),
    )
    expect(iban('GB29NWBK60161331926819')).toBe(true)
    expect(iban('GB29NWBK60161331926818')).toBe(false)
  })
})

describe('spam and links', () => {
  it.each([
    'http://203.0.113.7/login',
    'https://bank.example@evil.example/x',
    'https://files.example/setup.exe',
    'claim your prize https://x.example/a',
    'a https://a.example b https://b.example c https://c.example d https://d.example',
    'earn $5000 a week from your sofa',
    'a'.repeat(40),
    'BUY THIS NOW '.repeat(15),
  ])('%j is found', (text) => {
    expect(findSpam(text).some((h) => h.score >= 0.5)).toBe(true)
  })

  it.each([
    'the agenda: https://example.com/agenda?v=1',
    'see https://a.example and https://b.example',
    'WE ARE LIVE',
    'hmmmmm, noooo',
    '==========================================',
    '....................................................',
    'we make $5 million a year in that region',
  ])('%j is not', (text) => {
    expect(findSpam(text)).toEqual([])
  })

  it('knows a text that says one thing over and over', () => {
    expect(findRepetition(Array.from({ length: 40 }, () => 'buy'))).toHaveLength(1)
    expect(findRepetition('no no no that is the other one'.split(' '))).toEqual([])
  })
})
