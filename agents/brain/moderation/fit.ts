import { createFeaturiser, featureSpace, lengthOf } from './features.ts'
import type { Weights } from './scorer.ts'
import { createReader } from './words.ts'

/** One labelled text. `weight` is how much its set counts. */
export interface Example {
  text: string
  toxic: boolean
  weight: number
}

export interface Sample {
  features: Uint32Array
  toxic: boolean
  weight: number
}

/** Reads texts into features, once for all folds. */
export function sample(examples: readonly Example[]): Sample[] {
  const read = createReader()
  const featurise = createFeaturiser()
  return examples.map(({ text, toxic, weight }) => ({
    features: featurise(read(text)).slice(),
    toxic,
    weight,
  }))
}

const EPOCHS = 12
/** AdaGrad's first step. */
const RATE = 0.5
/** Ridge penalty of a step. */
const DECAY = 1e-5

/**
 * Logistic regression by AdaGrad over binary features of length one, then rounded to signed bytes.
 * The same samples and seed give the same bytes.
 */
export function fitScorer(samples: readonly Sample[], seed = 20251): Weights {
  const weights = new Float64Array(featureSpace)
  const squares = new Float64Array(featureSpace).fill(1e-3)
  const random = mulberry(seed)
  const order = samples.map((_, i) => i)
  let bias = 0
  let biasSquares = 1e-3
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    shuffle(order, random)
    for (const i of order) {
      const one = samples[i]
      if (one === undefined || one.features.length === 0) continue
      const scale = 1 / lengthOf(one.features)
      let sum = 0
      for (const index of one.features) sum += weights[index] ?? 0
      const p = 1 / (1 + Math.exp(-(bias + sum * scale)))
      const error = (p - (one.toxic ? 1 : 0)) * one.weight
      for (const index of one.features) {
        const w = weights[index] ?? 0
        const gradient = error * scale + DECAY * w
        const square = (squares[index] ?? 0) + gradient * gradient
        squares[index] = square
        weights[index] = w - (RATE * gradient) / Math.sqrt(square)
      }
      biasSquares += error * error
      bias -= (RATE * error) / Math.sqrt(biasSquares)
    }
  }
  return quantise(weights, bias)
}

function quantise(weights: Float64Array, bias: number): Weights {
  // The few largest weights are cut, so that the many small ones keep their steps.
  const sizes = weights.map(Math.abs).sort()
  const most = sizes[Math.floor(sizes.length * 0.9995)] ?? 1
  const step = Math.max(most / 127, 1e-9)
  const bytes = Int8Array.from(weights, (w) => Math.max(-127, Math.min(127, Math.round(w / step))))
  return { bias, step, weights: Buffer.from(bytes.buffer).toString('base64') }
}

function shuffle(order: number[], random: () => number): void {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1))
    const [a, b] = [order[i] ?? 0, order[j] ?? 0]
    order[i] = b
    order[j] = a
  }
}

/** Mulberry32: a small seeded generator, so that training is repeatable. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
