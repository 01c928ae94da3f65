import { expect, test } from 'vitest'
import { sayOwn } from './say.ts'

const ON = { phase: 'on', microphone: 'on' } as const
const HEARD = { muted: false, optedOut: false }
const LOCAL = { isCall: false, late: false }

test('whoever speaks is told that their words come late, and no longer once they do not', () => {
  expect(sayOwn(ON, HEARD, LOCAL).more).toBe('Your words appear in the transcript.')
  const { what, more } = sayOwn(ON, HEARD, { ...LOCAL, late: true })
  expect(what).toBe('The hub hears you.')
  expect(more).toMatch(/come late/)
})

test('of who is not heard no words are promised', () => {
  for (const late of [false, true]) {
    const where = { ...LOCAL, late }
    expect(sayOwn(ON, { ...HEARD, muted: true }, where).more).toBeUndefined()
    expect(sayOwn(ON, { ...HEARD, optedOut: true }, where).more).toBeUndefined()
    expect(sayOwn({ ...ON, microphone: 'muted' }, HEARD, where).more).toBeUndefined()
    expect(sayOwn({ ...ON, phase: 'cut' }, HEARD, where).more).toBeUndefined()
  }
})
