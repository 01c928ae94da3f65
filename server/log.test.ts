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

test('a stack, a name and a code tell nothing that a message would', () => {
  const said = 'private\n    at the bank (my safe:1:1)\n    at home'
  const error = Object.assign(new Error(said), { name: 'a private name', code: 'a private code' })
  const text = JSON.stringify(describeError(error))
  expect(text).not.toMatch(/private|bank|home/)
  expect(text).toContain('log.test.ts')
})

test('of a defect its kind is told, and not the value that it met', () => {
  const told = (run: () => unknown) => {
    try {
      return run()
    } catch (error) {
      return describeError(error).message
    }
  }
  const nothing: { [key: string]: { trim(): string } } = {}
  expect(told(() => nothing.secret?.trim.call(undefined))).toBe(undefined)
  expect(told(() => (nothing['a secret'] as { trim(): string }).trim())).toBe(
    'Cannot read properties of undefined',
  )
  expect(told(() => Reflect.has('a secret' as never, 'x'))).toBe(undefined)
  expect(told(() => Buffer.from({ a: 'secret' } as never))).toBe(undefined)
})
