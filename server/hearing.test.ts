import { expect, test } from 'vitest'
import type { Hearing, Microphone, Speech } from '#rooms'
import { createLazySpeech } from './hearing.ts'
import { createLog } from './log.ts'

const quiet = createLog('silent')
const told: Hearing = {
  speaking() {},
  partial() {},
  final() {},
  gap() {},
  delayed() {},
}

/** Speech that writes down what its microphones get. */
function createScribe() {
  const got: string[] = []
  const speech: Speech = {
    listen({ sampleRate }): Microphone {
      got.push(`open ${sampleRate}`)
      return {
        write: (pcm) => got.push(`write ${pcm.join()}`),
        end: async () => {
          got.push('end')
        },
        cut: () => got.push('cut'),
      }
    },
    backlogMs: () => 7,
    stop: async () => {
      got.push('stop')
    },
  }
  return { got, speech }
}

test('nothing is loaded before the first microphone, and what is said meanwhile is kept', async () => {
  const { got, speech } = createScribe()
  let loads = 0
  let resolve = (_: Speech) => {}
  const ready = new Promise<Speech>((done) => {
    resolve = done
  })
  const lazy = createLazySpeech(() => {
    loads++
    return ready
  }, quiet)
  expect([loads, lazy.backlogMs()]).toEqual([0, 0])

  const first = lazy.listen({ sampleRate: 48_000 }, told)
  const second = lazy.listen({ sampleRate: 8_000 }, told)
  const pcm = Int16Array.of(1, 2)
  first.write(pcm)
  // who writes may use the buffer again
  pcm.fill(0)
  second.write(Int16Array.of(9))
  second.cut()
  const ended = first.end()
  resolve(speech)
  await ended
  second.write(Int16Array.of(3))
  expect(got).toEqual(['open 48000', 'write 1,2', 'open 8000', 'end', 'write 3'])
  lazy.listen({ sampleRate: 16_000 }, told).cut()
  await lazy.stop()
  expect(got.slice(5)).toEqual(['open 16000', 'cut', 'stop'])
  expect([loads, lazy.backlogMs()]).toEqual([1, 7])
})

test('what could not be loaded is tried again by the next microphone', async () => {
  const { got, speech } = createScribe()
  let broken = true
  const lazy = createLazySpeech(async () => {
    if (broken) throw new Error('no such file')
    return speech
  }, quiet)
  const lost = lazy.listen({ sampleRate: 8_000 }, told)
  lost.write(Int16Array.of(1))
  await lost.end()
  broken = false
  const heard = lazy.listen({ sampleRate: 8_000 }, told)
  heard.write(Int16Array.of(2))
  await heard.end()
  expect(got).toEqual(['open 8000', 'write 2', 'end'])
  await lazy.stop()
})

test('a hub that nobody spoke to has nothing to stop', async () => {
  const lazy = createLazySpeech(() => Promise.reject(new Error('not wanted')), quiet)
  await lazy.stop()
})
