import { expect, test } from 'vitest'
import { createDictation, type DictationState, type Recognition } from './dictation.ts'

/** A browser's recognition, driven by hand. */
function scene({ failing = false } = {}) {
  const made: Recognition[] = []
  const pushed: [string, string, boolean][] = []
  const states: DictationState[] = []
  const timers: (() => void)[] = []
  let ids = 0
  const dictation = createDictation({
    recognition: () => {
      const one: Recognition = {
        ...{ continuous: false, interimResults: false, lang: '' },
        ...{ onresult: null, onerror: null, onend: null },
        start: () => {
          if (failing) throw new Error('InvalidStateError')
        },
        stop: () => one.onend?.(),
      }
      made.push(one)
      return one
    },
    lang: 'en-GB',
    push: (...what) => pushed.push(what),
    changed: (state) => states.push(state),
    newId: () => `s${++ids}`,
    after: (_, run) => {
      timers.push(run)
      return () => void timers.splice(timers.indexOf(run), 1)
    },
  })
  const hear = (...results: [string, boolean][]) =>
    made.at(-1)?.onresult?.({
      resultIndex: 0,
      results: results.map(([transcript, isFinal]) => Object.assign([{ transcript }], { isFinal })),
    })
  const last = () => states.at(-1)
  /** The recognition has run for longer than a moment. */
  const pass = () => {
    for (const run of timers.splice(0)) run()
  }
  return { dictation, made, pushed, hear, last, pass }
}

test('partials and then the final are one segment, the next words another', () => {
  const { dictation, made, pushed, hear } = scene()
  dictation.start()
  expect(made[0]).toMatchObject({ continuous: true, interimResults: true, lang: 'en-GB' })
  hear(['we ship', false])
  hear(['we ship on Tuesday ', true])
  hear(['and', false])
  expect(pushed).toEqual([
    ['s1', 'we ship', false],
    ['s1', 'we ship on Tuesday', true],
    ['s2', 'and', false],
  ])
})

test('the browser ends it after a silence: it goes on', () => {
  const { dictation, made, last, pass } = scene()
  dictation.start()
  for (let i = 0; i < 5; i++) {
    pass()
    made.at(-1)?.onend?.()
  }
  expect(made.length).toBe(6)
  expect(last()).toMatchObject({ on: true, hearing: 'listening' })
})

test('one that ends at once again and again is given up, with what to do', () => {
  const { dictation, made, last } = scene()
  dictation.start()
  for (let i = 0; i < 3; i++) made.at(-1)?.onend?.()
  expect(made.length).toBe(3)
  expect(last()).toEqual({ on: false, problem: expect.stringContaining('or type') })
})

test('a refused microphone is said, silence is no error', () => {
  const { dictation, made, last } = scene()
  dictation.start()
  made[0]?.onerror?.({ error: 'no-speech' })
  expect(last()).toMatchObject({ on: true })
  made[0]?.onerror?.({ error: 'not-allowed' })
  expect(last()).toEqual({ on: false, problem: expect.stringContaining('Allow it') })
  expect(made.length).toBe(1)
  dictation.start()
  expect(made.length).toBe(2)
})

test('stopping keeps what comes last, and does not start again', () => {
  const { dictation, made, pushed, hear, last } = scene()
  dictation.start()
  hear(['the end', false])
  dictation.stop()
  hear(['the end', true])
  expect(pushed.at(-1)).toEqual(['s1', 'the end', true])
  expect(made.length).toBe(1)
  expect(last()).toMatchObject({ on: false })
})

test('a browser that throws at the start is told of', () => {
  const { dictation, last } = scene({ failing: true })
  dictation.start()
  expect(last()).toEqual({ on: false, problem: expect.stringContaining('Try again') })
})
