import { expect, test } from 'vitest'
import { createRestrictions, type Restriction } from './restrictions.ts'

const mute = (id: string, until: number | null): Restriction => ({
  ...{ id, userId: 'ann', kind: 'muted', caseId: `case ${id}`, until },
})

test('one of a kind holds for a person: the newest', () => {
  const restrictions = createRestrictions(() => 100, [mute('1', null)])
  restrictions.set(mute('2', 200))
  restrictions.set({ ...mute('3', null), kind: 'removed' })
  restrictions.set({ ...mute('4', null), userId: 'ben' })
  expect(restrictions.of('ann').map(({ id }) => id)).toEqual(['2', '3'])
  expect(restrictions.ofCase('case 1')).toEqual([])
  expect(restrictions.ofCase('case 2')).toHaveLength(1)
  // To lift what was replaced changes nothing.
  restrictions.lift(mute('1', null))
  expect(restrictions.find('muted', 'ann')?.id).toBe('2')
  restrictions.lift(mute('2', 200))
  expect(restrictions.find('muted', 'ann')).toBeUndefined()
  expect(restrictions.find('muted', 'ben')?.id).toBe('4')
})

test('ends at its end, not before; without an end never', () => {
  let now = 0
  const restrictions = createRestrictions(() => now, [mute('1', 1000)])
  now = 999
  expect(restrictions.of('ann')).toHaveLength(1)
  now = 1000
  expect(restrictions.of('ann')).toEqual([])
  expect(restrictions.ofCase('case 1')).toEqual([])
  restrictions.set(mute('2', null))
  now = Number.MAX_SAFE_INTEGER
  expect(restrictions.find('muted', 'ann')?.until).toBeNull()
})
