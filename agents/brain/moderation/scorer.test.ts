import { statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { featureSpace } from './features.ts'
import { fitScorer, sample } from './fit.ts'
import { createScorer } from './scorer.ts'
import weights from './weights.json' with { type: 'json' }
import { createReader } from './words.ts'

const read = createReader()

const examples = [
  ...['zorb the frell', 'frell you all', 'what a frell', 'zorb zorb frell'].map((text) => ({
    text,
    toxic: true,
    weight: 1,
  })),
  ...['good morning', 'the plan is good', 'we meet at noon', 'noon is fine'].map((text) => ({
    text,
    toxic: false,
    weight: 1,
  })),
]

describe('the scorer', () => {
  it('learns from examples, and generalises to a text that it has not seen', () => {
    const score = createScorer(fitScorer(sample(examples)))
    expect(score(read('a frell indeed'))).toBeGreaterThan(0.5)
    expect(score(read('a good noon indeed'))).toBeLessThan(0.5)
  })

  it('is trained to the same bytes by the same examples', () => {
    expect(fitScorer(sample(examples))).toEqual(fitScorer(sample(examples)))
    expect(fitScorer(sample(examples), 1)).not.toEqual(fitScorer(sample(examples)))
  })

  it('cannot tell one group from another', () => {
    const score = createScorer(weights)
    const groups = [
      'gay',
      'muslim',
      'black',
      'jewish',
      'deaf',
      'white',
      'christian',
      'straight',
      'lesbian',
    ]
    const scores = groups.map((group) => score(read(`they are ${group} people and my friends`)))
    expect(new Set(scores).size).toBe(1)
  })

  it('refuses weights of another size', () => {
    expect(() => createScorer({ bias: 0, step: 1, weights: 'AAAA' })).toThrow('feature space')
  })

  it('comes with weights under 400 kB, one byte for each feature', () => {
    expect(statSync(new URL('weights.json', import.meta.url)).size).toBeLessThan(400_000)
    expect(Buffer.from(weights.weights, 'base64')).toHaveLength(featureSpace)
  })

  it('has no opinion on nothing', () => {
    expect(createScorer(weights)(read(''))).toBe(0)
  })
})
