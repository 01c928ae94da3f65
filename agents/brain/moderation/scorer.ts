import { createFeaturiser, featureSpace, lengthOf } from './features.ts'
import type { Reading } from './words.ts'

/** What training leaves behind: hashed, so that no text is in it. */
export interface Weights {
  bias: number
  /** What one step of a weight is worth. */
  step: number
  /** One signed byte for each feature, base64. */
  weights: string
}

/** Probability, 0 to 1, that a text is abusive. */
export type Scorer = (reading: Reading) => number

export function createScorer({ bias, step, weights }: Weights): Scorer {
  const bytes = Buffer.from(weights, 'base64')
  if (bytes.length !== featureSpace) throw new Error('moderation weights of another feature space')
  const table = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  const featurise = createFeaturiser()
  return (reading) => {
    const features = featurise(reading)
    if (features.length === 0) return 0
    let sum = 0
    for (const index of features) sum += table[index] ?? 0
    return 1 / (1 + Math.exp(-(bias + (sum * step) / lengthOf(features))))
  }
}
