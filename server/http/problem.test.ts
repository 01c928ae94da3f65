import { expect, test } from 'vitest'
import { ERRORS, type ErrorCode, HubError, Problem } from '#protocol'
import { onlyProblems, toProblem } from './problem.ts'

const codes = Object.keys(ERRORS) as ErrorCode[]

test.each(codes)('%s is told in the form of the contract', (code) => {
  const { body, headers } = toProblem(new HubError(code, 'What to do.'), 'id')
  expect(Problem.parse(body)).toEqual(body)
  expect(body).toMatchObject({ code, status: ERRORS[code].status, detail: 'What to do.' })
  expect(headers['content-type']).toBe('application/problem+json')
  expect('www-authenticate' in headers).toBe(body.status === 401)
  expect('retry-after' in headers).toBe(body.status === 503)
})

test('the wait of a limit is told in whole seconds, never too few', () => {
  const limited = new HubError('rate_limited', 'Wait.', { details: { retry_in_ms: 1001 } })
  expect(toProblem(limited).headers['retry-after']).toBe('2')
})

test('the cause of an error is not told', () => {
  const error = new HubError('internal', 'It failed.', { cause: new Error('secret') })
  expect(JSON.stringify(toProblem(error))).not.toContain('secret')
})

test('codes of one status share its place in a schema', () => {
  const responses = onlyProblems('forbidden', 'removed', 'conflict')
  expect(Object.keys(responses)).toEqual(['403', '409'])
  expect(responses['403']?.description).toMatch(/forbidden.*removed/)
})
