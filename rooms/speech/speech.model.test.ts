import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFakeTranscriber, silence, tone } from '../../test/fakes/hearing.ts'
import { startHearing, type Told } from '../../test/support/hearing.ts'

const FRAME = 100
const VOICE = tone(FRAME)
const QUIET = silence(FRAME)
/** So much may be jitter of the frames, and sound is judged in chunks of 32 ms. */
const COARSE = 200 + 40

/** What comes of each of the microphones for a while, or what else happens. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('sound' as const),
      // less than 200 ms without sound is jitter, not a pause
      frames: fc.integer({ min: 3, max: 25 }),
      of: fc.array(fc.constantFrom('voice', 'voice', 'quiet', 'nothing'), {
        minLength: 3,
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('answer' as const),
      which: fc.nat(5),
      how: fc.constantFrom('words', 'words', 'failure', 'garbage'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('cut' as const), which: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('end' as const), which: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('wait' as const),
      ms: fc.constantFrom(300, 3_000, 12_000),
    }),
  },
)

interface Stretch {
  from: number
  to: number
}

/** What was told of stretches of speech, in the order in which it was told. */
const outcomes = (told: Told[]) =>
  told.filter((one): one is Extract<Told, Stretch> => 'final' in one || 'gap' in one)

test('whatever is said, cut and answered: every word spoken has one outcome, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const transcriber = createFakeTranscriber({ parallel: 2 })
      const { clock, listen, speech } = await startHearing(transcriber, {
        longestMs: 5_000,
        cutWithinMs: 2_000,
        waitingMs: 8_000,
        timeoutMs: 5_000,
      })
      const people = [0, 1, 2].map(() => ({
        ...listen(),
        /** Voice that must have an outcome. */
        spoken: [] as Stretch[],
        /** When it was cut, and what had been told by then. */
        cuts: [] as { at: number; told: number }[],
        ended: false,
      }))

      for (const one of steps)
        switch (one.what) {
          case 'sound':
            for (let i = 0; i < one.frames; i++) {
              await clock.advance(FRAME)
              const now = clock.now()
              for (const [n, person] of people.entries()) {
                const mode = one.of[n]
                if (mode === 'nothing') continue
                person.write(mode === 'voice' ? VOICE : QUIET)
                const last = person.spoken.at(-1)
                if (mode !== 'voice' || person.ended) continue
                if (last?.to === now - FRAME) last.to = now
                else person.spoken.push({ from: now - FRAME, to: now })
              }
            }
            break
          case 'answer': {
            const ended = transcriber.ended()
            const heard = ended[one.which % Math.max(1, ended.length)]
            if (one.how === 'failure') heard?.fail()
            else heard?.answer(one.how === 'words' ? 'some words' : 'word '.repeat(9_999))
            break
          }
          case 'cut': {
            const person = people[one.which]
            await clock.advance(0)
            person?.cut()
            person?.cuts.push({ at: clock.now(), told: outcomes(person.told).length })
            break
          }
          case 'end': {
            const person = people[one.which]
            if (person) person.ended = true
            person?.end().catch(() => {})
            break
          }
          case 'wait':
            await clock.advance(one.ms)
        }
      let over = false
      const all = Promise.all(people.map((person) => person.end())).then(() => {
        over = true
      })
      // nobody answers any more: all that waits comes to its end by itself
      for (let i = 0; i < 100 && !over; i++) await clock.advance(5_000)
      await all

      expect(speech.backlogMs()).toBe(0)
      expect(transcriber.heard.filter(({ state }) => /begun|ended/.test(state))).toEqual([])
      for (const { told, spoken, cuts } of people) {
        const list = outcomes(told)
        for (const [i, { from, to }] of list.entries()) {
          expect(to).toBeGreaterThan(from)
          // in order, and nothing twice
          expect(from).toBeGreaterThanOrEqual((list[i - 1]?.to ?? 0) - 1)
          // what was said before a cut is not told after it
          for (const cut of cuts) if (i >= cut.told) expect(to).toBeGreaterThan(cut.at)
        }
        for (const voice of spoken) {
          const dropped = cuts.filter(
            ({ at, told: n }) =>
              !covered({ ...voice, to: Math.min(at, voice.to) }, list.slice(0, n)),
          )
          const from = Math.max(voice.from, ...dropped.map(({ at }) => at))
          // what is left of it after a cut may be too short to be speech
          if (voice.to - from > 2 * FRAME)
            expect(list).toSatisfy(() => covered({ ...voice, from }, list))
        }
        const speaking = told.flatMap((one) => ('speaking' in one ? [one.speaking] : []))
        expect(speaking).toEqual(speaking.map((_, i) => i % 2 === 0))
        expect(speaking.length % 2).toBe(0)
        const segments = list.flatMap((one) => ('final' in one ? [one.segment] : []))
        expect(new Set(segments).size).toBe(segments.length)
      }
    }),
    { numRuns: 40 },
  )
}, 60_000)

/** Whether the outcomes leave nothing of it out. */
function covered({ from, to }: Stretch, list: Stretch[]): boolean {
  let until = from
  for (const one of list) if (one.from <= until + COARSE) until = Math.max(until, one.to)
  return until >= to - COARSE
}
