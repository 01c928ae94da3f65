import { expect, test } from 'vitest'
import { createStages } from './stages.ts'

test('quantiles are exact over the newest times, and the count is of all', () => {
  const stages = createStages()
  for (let ms = 5_000; ms > 0; ms--) stages.took('commit', ms)
  const of = (name: string) => stages.times().find(({ stage }) => stage === name)
  expect(of('commit')).toEqual({
    stage: 'commit',
    count: 5_000,
    p50_ms: 512,
    p99_ms: 1_014,
    max_ms: 1_024,
  })
  stages.took('graph', 1.23456)
  expect(of('graph')).toMatchObject({ count: 1, p50_ms: 1.235, p99_ms: 1.235, max_ms: 1.235 })
  expect(of('model')).toMatchObject({ count: 0, p50_ms: 0, max_ms: 0 })
})
