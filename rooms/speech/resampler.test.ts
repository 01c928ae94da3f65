import { describe, expect, test } from 'vitest'
import { createResampler } from './resampler.ts'

const sine = (hz: number, rate: number, seconds = 0.5) =>
  Int16Array.from({ length: rate * seconds }, (_, i) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hz * i) / rate)),
  )

/** Mean level, without the ends. */
function level(pcm: Int16Array): number {
  const middle = pcm.subarray(500, -500)
  return Math.sqrt(middle.reduce((sum, x) => sum + x * x, 0) / middle.length)
}

const FULL = 10_000 / Math.SQRT2

describe.each([8_000, 11_025, 22_050, 24_000, 32_000, 44_100, 47_999, 48_000])(
  'from %i Hz',
  (rate) => {
    test('what is speech comes through as loud as it was', () => {
      for (const hz of [100, 1_000, 3_000])
        expect(level(createResampler(rate)(sine(hz, rate))) / FULL).toBeCloseTo(1, 1)
    })

    test('what 16 kHz cannot hold does not fold back into speech', () => {
      const over = [10_000, 12_000, 15_000].filter((hz) => hz < rate / 2)
      for (const hz of over)
        expect(level(createResampler(rate)(sine(hz, rate))) / FULL).toBeLessThan(0.01)
    })

    test('in pieces of any length it is the same sound, and as long', () => {
      const sound = sine(440, rate)
      const whole = createResampler(rate)(sound)
      const resample = createResampler(rate)
      const pieces: number[] = []
      for (let i = 0, length = 1; i < sound.length; i += length, length = (length * 7) % 1_013)
        pieces.push(...resample(sound.subarray(i, i + length)))
      expect(pieces).toEqual([...whole])
      expect(Math.abs(whole.length - 8_000)).toBeLessThan(25)
    })
  },
)

test('16 kHz stays as it is', () => {
  const sound = sine(440, 16_000)
  expect(createResampler(16_000)(sound)).toBe(sound)
})
