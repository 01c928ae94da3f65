import { expect, test } from 'vitest'
import { HubError } from '#protocol'
import { describeError } from './log.ts'

test('the message of a foreign error is not logged, nor that of its cause', () => {
  const error = new Error('Failed query: params: something private', {
    cause: new Error('private too'),
  })
  const text = JSON.stringify(describeError(error))
  expect(text).not.toContain('private')
  expect(text).toContain('log.test.ts')
})

test("the hub's own messages and the system's are", () => {
  expect(describeError(new HubError('conflict', 'There is one')).message).toBe('There is one')
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  expect(describeError(refused)).toMatchObject({
    code: 'ECONNREFUSED',
    message: 'connect ECONNREFUSED',
  })
})
