import { describe, expect, test } from 'vitest'
import { HubError, MAX_TEXT_BYTES } from '#protocol'
import { parsePayload } from './payload.ts'

function refusal(run: () => unknown): HubError {
  try {
    run()
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('a payload', () => {
  test('is parsed, and unknown fields are ignored', () => {
    const parsed = parsePayload('room.join', [{ room: ' a/b ', extra: 1 }])
    expect(parsed).toEqual({ room: ' a/b ', as: 'participant' })
  })

  test('may be left out where there are no fields', () => {
    for (const args of [[], [null], [undefined]])
      expect(parsePayload('desk.watch', args)).toEqual({})
  })

  test.each([
    ['null', [null]],
    ['a text', ['{"room":"a"}']],
    ['a list', [[{ room: 'a' }]]],
    ['a number', [7]],
    ['bytes', [Buffer.from('x')]],
    ['an object with bytes', [{ room: 'a', text: Buffer.from('x') }]],
    ['two objects', [{ room: 'a' }, {}]],
  ])('that is %s is malformed', (_, args) => {
    expect(refusal(() => parsePayload('room.join', args)).code).toBe('malformed')
  })

  test('with wrong fields is invalid, and they are named', () => {
    const { code, details } = refusal(() =>
      parsePayload('caption.push', [{ room: 'a\u0000', segment: 7, text: 'x', final: true }]),
    )
    expect(code).toBe('invalid')
    expect(details?.fields).toEqual([
      { field: 'room', problem: 'must not hold control characters' },
      { field: 'segment', problem: expect.any(String) },
    ])
  })

  test('with a text over 16 KB of UTF-8 is too large', () => {
    const chat = (text: string) => parsePayload('chat.send', [{ room: 'a', text }])
    expect(chat('a'.repeat(MAX_TEXT_BYTES)).text).toHaveLength(MAX_TEXT_BYTES)
    expect(refusal(() => chat('a'.repeat(MAX_TEXT_BYTES + 1))).code).toBe('too_large')
    expect(refusal(() => chat('\u20ac'.repeat(MAX_TEXT_BYTES / 2))).code).toBe('too_large')
  })
})
