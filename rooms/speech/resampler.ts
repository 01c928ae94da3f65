import { joined, SAMPLE_RATE } from './chunk.ts'

/** Zero crossings of the filter on either side: more changes no word and costs time. */
const CROSSINGS = 10
/** Of the lower of the two half rates: what lies above is filtered out, so that it does not fold back into speech. */
const PASS = 0.92
/** Rates that share no small factor with 16 kHz take the nearest of so many filters. */
const MOST_PHASES = 640

/**
 * Brings sound to 16 kHz, piece by piece: a windowed sinc, one filter for each position that a sample of the output
 * can have between two of the input. Plain TypeScript, since libraries for this resample whole files.
 */
export function createResampler(sampleRate: number): (pcm: Int16Array) => Int16Array {
  if (sampleRate === SAMPLE_RATE) return (pcm) => pcm
  const step = sampleRate / SAMPLE_RATE
  const phases = Math.min(MOST_PHASES, SAMPLE_RATE / commonDivisor(SAMPLE_RATE, sampleRate))
  const cutoff = PASS * Math.min(1, SAMPLE_RATE / sampleRate)
  const half = Math.ceil(CROSSINGS / cutoff)
  const filters = Array.from({ length: phases }, (_, i) => makeFilter(i / phases, half, cutoff))
  /** What the next piece's first samples are made of, too. */
  let kept = new Int16Array(half - 1)
  /** Where the next sample of the output lies in `kept`, counted in samples of the input. */
  let position = half - 1

  return (pcm) => {
    const sound = joined([kept, pcm])
    const most = Math.max(0, Math.ceil((sound.length - half - position) / step) + 1)
    const out = new Int16Array(most)
    // who is silent costs nothing: what is not computed is zero
    const silent = sound.every((sample) => sample === 0)
    let made = 0
    for (; position + half < sound.length; position += step) {
      if (silent) {
        made += 1
        continue
      }
      let whole = Math.floor(position)
      let phase = Math.round((position - whole) * phases)
      if (phase === phases) {
        phase = 0
        whole += 1
      }
      const filter = filters[phase] ?? new Float32Array()
      const first = whole - half + 1
      let sum = 0
      for (let i = 0; i < filter.length; i++) sum += (filter[i] ?? 0) * (sound[first + i] ?? 0)
      out[made++] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
    }
    const first = Math.floor(position) - half + 1
    kept = sound.slice(first)
    position -= first
    return out.subarray(0, made)
  }
}

/** Taps for a sample of the output that lies `offset` after the middle tap. */
function makeFilter(offset: number, half: number, cutoff: number): Float32Array {
  const taps = Float32Array.from({ length: 2 * half }, (_, i) => {
    const distance = i - (half - 1) - offset
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / half)
    return Math.abs(distance) >= half ? 0 : sinc(distance * cutoff) * window
  })
  // each lets a constant through as it is, or the positions would be heard as a tone
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => tap / sum)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}
