import { expect, test } from 'vitest'
import { standingsOf } from './standing.ts'

test('each person stands as they said last, who came last first', () => {
  const at = (user: string, kind: 'told' | 'opted_out' | 'opted_in', when: number) => ({
    ...{ room: 'r', user, kind, at: when },
  })
  expect(
    standingsOf([
      at('bob', 'told', 5),
      at('ana', 'opted_in', 4),
      at('ana', 'opted_out', 3),
      at('ana', 'told', 1),
      at('cem', 'told', 2),
      at('cem', 'told', 6),
    ]),
  ).toEqual([
    { user: 'cem', told: 6 },
    { user: 'bob', told: 5 },
    { user: 'ana', told: 1, choice: { kind: 'opted_in', at: 4 } },
  ])
})
