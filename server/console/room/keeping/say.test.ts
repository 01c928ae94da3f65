import { expect, test } from 'vitest'
import { sayAdmins, sayRetention } from './say.ts'

test('a room says how long it keeps words, and who may read them', () => {
  const said = (retention_days: number | null, admins_may_read = false) =>
    [sayRetention, sayAdmins].map((say) => say({ retention_days, admins_may_read })).join(' ')
  expect(said(null)).toMatch(/until the room is removed\. .* may not read it\.$/)
  expect(said(1)).toMatch(/after a day\./)
  expect(said(30, true)).toMatch(/after 30 days\. .* may read it\.$/)
})
