import { expect, test } from 'vitest'
import { createVoicePlayer, type PlayContext } from './voice.ts'

/** A browser's audio, with a clock that stands until it is moved. */
function scene() {
  const started: { at: number; samples: number; sampleRate: number; stopped: boolean }[] = []
  const clock = { now: 10 }
  const context = {
    get currentTime() {
      return clock.now
    },
    destination: {},
    createAnalyser: () => ({
      fftSize: 0,
      connect: () => undefined,
      getFloatTimeDomainData: () => undefined,
    }),
    createBuffer: (_: number, length: number, sampleRate: number) => ({
      ...{ length, sampleRate, duration: length / sampleRate },
      copyToChannel: () => undefined,
    }),
    createBufferSource: () => {
      const source = {
        buffer: undefined as { length: number; sampleRate: number } | undefined,
        onended: undefined as (() => void) | undefined,
        connect: () => undefined,
        disconnect: () => undefined,
        start: (at: number) => {
          started.push(one)
          Object.assign(one, {
            at,
            samples: source.buffer?.length,
            sampleRate: source.buffer?.sampleRate,
          })
        },
        stop: () => {
          one.stopped = true
          source.onended?.()
        },
      }
      const one = { at: 0, samples: 0, sampleRate: 0, stopped: false }
      return source
    },
    close: async () => undefined,
  } as unknown as PlayContext
  const player = createVoicePlayer(context)
  const piece = (run: string, index: number, samples = 1_600, sampleRate = 16_000) =>
    player.play({ run, index, sampleRate, pcm: new Int16Array(samples).fill(1_000) })
  return { started, clock, player, piece }
}

test('pieces follow each other without a gap, at their own rate, and runs wait for each other', () => {
  const { started, piece } = scene()
  piece('a', 0)
  piece('a', 1)
  piece('b', 0, 2_400, 24_000)
  expect(started.map(({ at }) => at)).toEqual([10.12, 10.22, 10.32].map((at) => expect.closeTo(at)))
  expect(started.map(({ sampleRate }) => sampleRate)).toEqual([16_000, 16_000, 24_000])
})

test('after a pause the next piece begins anew, not in the past', () => {
  const { started, clock, piece } = scene()
  piece('a', 0)
  clock.now = 20
  piece('a', 1)
  expect(started[1]?.at).toBeCloseTo(20.12)
})

test('a run that is stopped is silent at once, and stays so; another is played', () => {
  const { started, player, piece } = scene()
  piece('a', 0)
  piece('a', 1)
  player.stop('a')
  piece('a', 2)
  expect(started.map(({ stopped }) => stopped)).toEqual([true, true])
  piece('b', 0)
  expect(started[2]).toMatchObject({ at: expect.closeTo(10.12), stopped: false })
})

test('a piece that comes twice is played once, and one without sound not at all', () => {
  const { started, piece } = scene()
  piece('a', 0)
  piece('a', 0)
  piece('a', 1, 0)
  expect(started.length).toBe(1)
})
