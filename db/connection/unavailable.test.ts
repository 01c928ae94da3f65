import { expect, test } from 'vitest'
import { isUnavailable, UnavailableError } from './unavailable.ts'

const coded = (code: string) => Object.assign(new Error('x'), { code })

test.each(['ECONNREFUSED', 'ECONNRESET', 'CONNECT_TIMEOUT', 'CONNECTION_CLOSED', '57P01', '57P03'])(
  '%s is unavailable, also as a cause',
  (code) => {
    expect(isUnavailable(coded(code))).toBe(true)
    expect(isUnavailable(new Error('wrapped', { cause: coded(code) }))).toBe(true)
    expect(isUnavailable(new AggregateError([coded(code)]))).toBe(true)
  },
)

test.each(['08006', '08P01', '53300'])('%s is unavailable', (code) => {
  expect(isUnavailable(coded(code))).toBe(true)
})

test.each(['23505', '42501', '57014', '40001', '22P02'])('%s is an answer', (code) => {
  expect(isUnavailable(coded(code))).toBe(false)
})

test('what is not an error is no outage', () => {
  for (const value of [undefined, null, 'ECONNREFUSED', {}, new Error('x')]) {
    expect(isUnavailable(value)).toBe(false)
  }
  expect(isUnavailable(new UnavailableError('ETIMEDOUT', 'x'))).toBe(true)
})
