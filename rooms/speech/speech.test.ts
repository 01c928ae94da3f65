import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createFakeTranscriber, silence, tone } from '../../test/fakes/hearing.ts'
import { createFakeClock } from '../../test/support/clock.ts'
import { startHearing as start } from '../../test/support/hearing.ts'
import { createSpeech } from './index.ts'

/** Says something and pauses for as long as ends it. */
const said = (ms: number) => [tone(ms), silence(900)]

describe('what is said', () => {
  test('is told as it happens: speaking at once, then the words with the times of the sound', async () => {
    const { listen, transcriber, observed } = await start()
    const ann = listen()
    await ann.says(silence(640), tone(200))
    expect(ann.told).toEqual([{ speaking: true }])
    expect(transcriber.heard).toMatchObject([{ state: 'begun' }])
    await ann.says(tone(760), silence(1_000))
    // 320 ms of pre-roll, 960 of voice, 704 of the pause that ended it
    expect(ann.told).toEqual([
      { speaking: true },
      { speaking: false },
      { final: 'words of 1984 ms', segment: 'SG_id1', from: 640, to: 1_600 },
    ])
    expect(observed).toMatchObject([{ outcome: 'final' }])
  })

  test('reaches the transcriber as it is spoken, and once', async () => {
    const { listen, transcriber } = await start()
    const ann = listen()
    const sound = Int16Array.from(
      { length: 16_000 },
      (_, i) => (i % 2 ? 5_000 : -5_000) + (i % 977),
    )
    await ann.says(silence(640), sound, silence(900))
    expect(transcriber.heard).toHaveLength(1)
    const { sound: heard } = transcriber.heard[0] ?? { sound: new Int16Array() }
    expect([...heard.subarray(5_120, 5_120 + 15_872)]).toEqual([...sound.subarray(0, 15_872)])
  })

  test('clicks are not speech; short words are', async () => {
    const { listen, transcriber } = await start()
    const ann = listen()
    await ann.says(silence(320), tone(32), silence(500), tone(32), silence(900))
    expect(ann.told).toEqual([])
    await ann.says(tone(200), silence(900))
    expect(ann.words()).toHaveLength(1)
    expect(transcriber.heard).toHaveLength(1)
  })

  test('short pauses do not split it; long ones do', async () => {
    const { listen } = await start()
    const ann = listen()
    await ann.says(...[tone(400), silence(500), tone(400), silence(900), tone(400), silence(900)])
    expect(ann.words()).toHaveLength(2)
  })

  test('of two people at once is heard apart', async () => {
    const { listen } = await start(
      createFakeTranscriber({ reply: ({ sound }) => `${sound[8_000]}` }),
    )
    const [ann, ben] = [listen(), listen()]
    const loud = (level: number) => Int16Array.from({ length: 16_000 }, () => level)
    await Promise.all([
      ann.says(loud(2_000), silence(900)),
      ben.says(silence(320), loud(3_000), silence(900)),
    ])
    expect(ann.words()).toEqual(['2000'])
    expect(ben.words()).toEqual(['3000'])
  })

  test('at any rate is heard at 16 kHz', async () => {
    const { listen, transcriber, clock } = await start()
    const ann = listen(48_000)
    for (let i = 0; i < 100; i++) {
      await clock.advance(20)
      const frame = { length: 960 }
      ann.write(
        Int16Array.from(frame, (_, n) => (i < 50 ? 8_000 * Math.sin((n + i * 960) / 15) : 0)),
      )
    }
    await ann.end()
    expect(transcriber.heard[0]?.ms).toBeGreaterThan(1_600)
    expect(transcriber.heard[0]?.ms).toBeLessThan(1_800)
    expect(ann.told).toMatchObject([
      {},
      {},
      { from: expect.closeTo(0, -1), to: expect.closeTo(1_024, -1) },
    ])
  })

  test('partials come while it is spoken and until it is final, and nothing empty', async () => {
    const { listen, transcriber } = await start(createFakeTranscriber())
    const ann = listen()
    await ann.says(tone(400))
    const [heard] = transcriber.heard
    heard?.partial(' ')
    heard?.partial('hel ')
    await ann.says(silence(900))
    heard?.partial('hello')
    heard?.answer('Hello.', 0.9)
    await ann.says(silence(20))
    heard?.partial('too late')
    expect(ann.told).toMatchObject([
      { speaking: true },
      { partial: 'hel', segment: 'SG_id1' },
      { speaking: false },
      { partial: 'hello' },
      { final: 'Hello.', segment: 'SG_id1', confidence: 0.9 },
    ])
  })

  test('is final in the order in which it was spoken', async () => {
    const { listen, transcriber } = await start(createFakeTranscriber())
    const ann = listen()
    await ann.says(...said(400), ...said(600))
    const [first, second] = transcriber.ended()
    second?.answer('second')
    await ann.says(silence(20))
    expect(ann.words()).toEqual([])
    first?.answer('first')
    await ann.says(silence(20))
    expect(ann.words()).toEqual(['first', 'second'])
  })

  test('without words is no final', async () => {
    const { listen, observed } = await start(
      createFakeTranscriber({ reply: () => '[BLANK_AUDIO]' }),
    )
    const ann = listen()
    await ann.says(...said(400))
    expect(ann.told).toEqual([{ speaking: true }, { speaking: false }])
    expect(observed).toMatchObject([{ outcome: 'empty' }])
  })
})

describe('long speech', () => {
  test('is cut where it is quietest, and nothing of it is lost or heard twice', async () => {
    const { listen, transcriber } = await start(undefined, { longestMs: 4_000, cutWithinMs: 2_000 })
    const ann = listen()
    // the quiet stretch is voice still, from 2,880 to 3,136 ms
    await ann.says(silence(320), tone(2_560), tone(256, 1_500), tone(2_304), silence(900))
    const heard = transcriber.heard.filter(({ state }) => state === 'answered')
    expect(heard.map(({ ms }) => ms)).toEqual([2_976, 320 + 5_120 + 704 - 2_976])
    expect(ann.told.filter((one) => 'speaking' in one)).toHaveLength(2)
    expect(ann.told).toMatchObject([
      { speaking: true },
      { segment: 'SG_id1', from: 320, to: 2_976 },
      { speaking: false },
      { segment: 'SG_id2', from: 2_976, to: 5_440 },
    ])
    // what was heard live was longer, and is not wanted
    expect(transcriber.heard.filter(({ state }) => state === 'cancelled')).toHaveLength(1)
  })

  test('a cut that leaves a pause alone leaves no segment', async () => {
    const { listen } = await start(undefined, { longestMs: 2_000, cutWithinMs: 600 })
    const ann = listen()
    await ann.says(silence(320), tone(1_440), silence(1_200))
    await ann.end()
    expect(ann.words()).toHaveLength(1)
    expect(ann.told.at(-1)).toMatchObject({ segment: 'SG_id1' })
  })
})

describe('frames', () => {
  test('that stop in the middle of a word end it', async () => {
    const { listen, clock } = await start()
    const ann = listen()
    await ann.says(tone(640))
    await clock.advance(1_500)
    expect(ann.told).toMatchObject([{ speaking: true }, { speaking: false }, { from: 0, to: 640 }])
    await clock.advance(60_000)
    await ann.says(...said(400))
    expect(ann.told.at(-1)).toMatchObject({ from: 62_140, to: 62_556 })
  })

  test('that are missing are silence, for as long as they are', async () => {
    const { listen, clock, transcriber } = await start()
    const ann = listen()
    await ann.says(tone(640))
    await clock.advance(400)
    await ann.says(tone(640), silence(900))
    expect(transcriber.heard).toMatchObject([{ ms: 640 + 400 + 640 + 720 }])
  })

  test('that come in bursts keep their own time', async () => {
    const { listen, clock, transcriber } = await start()
    const ann = listen()
    const sound = [tone(640), silence(320), tone(640), silence(960)]
    for (const piece of sound.flatMap((one) => [one.subarray(0, 4_800), one.subarray(4_800)])) {
      await clock.advance(piece.length / 16)
      for (let i = 0; i < piece.length; i += 160) ann.write(piece.subarray(i, i + 160))
    }
    await ann.end()
    expect(transcriber.heard).toMatchObject([{ ms: 640 + 320 + 640 + 704 }])
    expect(ann.told.at(-1)).toMatchObject({ from: expect.any(Number) })
  })
})

describe('a transcriber', () => {
  test('that fails is tried once more with the whole sound; then there is a gap', async () => {
    let failures = 1
    const reply = () => (failures-- > 0 ? new Error('x') : 'at last')
    const { listen, clock, transcriber, observed } = await start(createFakeTranscriber({ reply }))
    const ann = listen()
    await ann.says(silence(320), ...said(400))
    await clock.advance(1_000)
    expect(ann.words()).toEqual(['at last'])
    expect(transcriber.heard).toHaveLength(2)
    expect(transcriber.heard[1]?.sound).toEqual(transcriber.heard[0]?.sound)

    failures = 2
    await ann.says(...said(400))
    await clock.advance(1_000)
    expect(ann.told.at(-1)).toMatchObject({ gap: 'transcriber failed' })
    expect(transcriber.heard).toHaveLength(4)
    expect(observed.map(({ outcome }) => outcome)).toEqual(['final', 'gap'])
  })

  test('that stalls is given up after its time, twice', async () => {
    const { listen, clock, transcriber } = await start(createFakeTranscriber())
    const ann = listen()
    await ann.says(...said(400))
    await clock.advance(30_000)
    expect(transcriber.heard.map(({ state }) => state)).toEqual(['cancelled'])
    await clock.advance(31_000)
    expect(transcriber.heard.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
    expect(ann.outcomes()).toEqual(['transcriber failed'])
    transcriber.heard[0]?.answer('too late')
    await clock.advance(1_000)
    expect(ann.outcomes()).toEqual(['transcriber failed'])
  })

  test.each([
    ['no text', undefined],
    ['a number', 7],
    ['a book', 'word '.repeat(10_000)],
  ])('that answers with %s has failed', async (_, garbage) => {
    const { listen, clock, transcriber } = await start(createFakeTranscriber())
    const ann = listen()
    await ann.says(...said(400))
    transcriber.ended()[0]?.answer(garbage)
    await clock.advance(1_000)
    transcriber.ended()[0]?.answer(garbage)
    await clock.advance(0)
    expect(ann.outcomes()).toEqual(['transcriber failed'])
  })

  test('that cannot begin is tried when the speaker paused', async () => {
    const transcriber = createFakeTranscriber({ reply: () => 'words' })
    const { begin } = transcriber
    let refuses = true
    transcriber.begin = (options) => {
      if (refuses) throw new Error('busy')
      return begin(options)
    }
    const { listen } = await start(transcriber)
    const ann = listen()
    await ann.says(tone(400))
    refuses = false
    await ann.says(silence(900))
    expect(ann.words()).toEqual(['words'])
  })

  test('is warmed by the first microphone; what is said meanwhile waits', async () => {
    let ready = () => {}
    let warmed = 0
    const warm = () => {
      warmed += 1
      return new Promise<void>((resolve) => {
        ready = resolve
      })
    }
    const transcriber = createFakeTranscriber({ reply: () => 'words', warm })
    const { listen, clock, speech } = await start(transcriber)
    expect(warmed).toBe(0)
    const ann = listen()
    await ann.says(...said(400))
    expect(transcriber.heard).toEqual([])
    expect(speech.backlogMs()).toBeGreaterThan(1_000)
    ready()
    await clock.advance(0)
    expect(ann.words()).toEqual(['words'])
    expect(speech.backlogMs()).toBe(0)
    expect(warmed).toBe(1)
  })

  test('that cannot be made ready leaves gaps, and is tried anew', async () => {
    let broken = true
    const warm = async () => {
      if (broken) throw new Error('no weights')
    }
    const { listen } = await start(createFakeTranscriber({ reply: () => 'words', warm }))
    const ann = listen()
    await ann.says(...said(400))
    expect(ann.outcomes()).toEqual(['transcriber not ready'])
    broken = false
    await ann.says(...said(400))
    expect(ann.outcomes()).toEqual(['transcriber not ready', 'words'])
  })

  test('that falls behind is told of, and that it caught up', async () => {
    const { listen, clock, transcriber } = await start(createFakeTranscriber())
    const ann = listen()
    await ann.says(...said(400))
    await clock.advance(2_500)
    expect(ann.told.filter((one) => 'delayed' in one)).toEqual([])
    await clock.advance(2_000)
    const delays = ann.told.flatMap((one) => ('delayed' in one ? [one.delayed] : []))
    expect(delays.at(-1)).toBeGreaterThan(4_000)
    transcriber.ended()[0]?.answer('words')
    await clock.advance(0)
    expect(ann.told.at(-2)).toMatchObject({ final: 'words' })
    expect(ann.told.at(-1)).toEqual({ delayed: 0 })
  })

  test('that is overloaded drops what was said first by who waits with the most', async () => {
    const transcriber = createFakeTranscriber({ parallel: 1 })
    const { listen, clock } = await start(transcriber, { waitingMs: 11_000 })
    const [endless, ben] = [listen(), listen()]
    await Promise.all([
      endless.says(...said(2_000), ...said(2_000), ...said(2_000), ...said(2_000), ...said(2_000)),
      ben.says(silence(4_000), ...said(400)),
    ])
    expect(endless.outcomes()).toEqual([])
    const answer = async (text: string) => {
      transcriber.ended()[0]?.answer(text)
      await clock.advance(0)
    }
    await answer('1')
    // not behind the four that came before
    await answer('ben')
    expect(ben.words()).toEqual(['ben'])
    await answer('3 or later')
    await answer('4 or later')
    await answer('5')
    expect(endless.outcomes()).toEqual([
      '1',
      'transcriber overloaded',
      '3 or later',
      '4 or later',
      '5',
    ])
  })
})

describe('a microphone that ends', () => {
  test('hears what came all at once, in frames of any size', async () => {
    for (const length of [16, 160, 500, 513, 4_000, 40_000]) {
      const { listen, clock } = await start()
      const ann = listen()
      const sound = tone(2_000)
      await clock.advance(2_000)
      for (let i = 0; i < sound.length; i += length) ann.write(sound.subarray(i, i + length))
      await ann.end()
      expect(ann.words(), `frames of ${length}`).toEqual(['words of 2016 ms'])
    }
  })

  test('is heard to its last word', async () => {
    const { listen } = await start()
    const ann = listen()
    await ann.says(tone(500))
    await ann.end()
    expect(ann.told).toMatchObject([{ speaking: true }, { speaking: false }, { from: 0 }])
    ann.write(tone(2_000))
    await ann.end()
    expect(ann.told).toHaveLength(3)
  })

  test('waits no longer than it is told to: the rest is a gap', async () => {
    const { listen, clock, transcriber } = await start(createFakeTranscriber())
    const ann = listen()
    await ann.says(...said(400), tone(400))
    let ended = false
    const end = ann.end(1_000).then(() => {
      ended = true
    })
    await clock.advance(900)
    expect(ended).toBe(false)
    await clock.advance(200)
    await end
    expect(ann.outcomes()).toEqual(['not transcribed in time', 'not transcribed in time'])
    expect(transcriber.ended()).toEqual([])
  })

  test('by a cut drops what is not final, and may speak again', async () => {
    const { listen, transcriber, clock } = await start(createFakeTranscriber())
    const ann = listen()
    await ann.says(...said(400), tone(400))
    ann.cut()
    expect(ann.told.at(-1)).toEqual({ speaking: false })
    await clock.advance(0)
    expect(transcriber.heard.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
    await clock.advance(5_000)
    expect(ann.outcomes()).toEqual([])
    await ann.says(...said(400))
    transcriber.ended()[0]?.answer('again')
    await ann.end()
    expect(ann.outcomes()).toEqual(['again'])
  })

  test('with all others when the hub stops', async () => {
    const { listen, speech, transcriber, clock } = await start(createFakeTranscriber())
    const [ann, ben] = [listen(), listen()]
    await Promise.all([ann.says(tone(400)), ben.says(...said(400))])
    const stopped = speech.stop()
    await clock.advance(0)
    transcriber.ended()[0]?.answer('in time')
    await clock.advance(2_000)
    await stopped
    expect([...ann.outcomes(), ...ben.outcomes()].sort()).toEqual([
      'in time',
      'not transcribed in time',
    ])
    expect(transcriber.stopped).toBe(true)
  })
})

test('sound that cannot be judged is heard all the same', async () => {
  const clock = createFakeClock(0)
  const finals: string[] = []
  const speech = await createSpeech({
    transcriber: createFakeTranscriber({ reply: () => 'words' }),
    clock,
    log: pino({ level: 'silent' }),
    nextId: () => 'id',
    detector: {
      open: () => ({ hear: () => Promise.reject(new Error('no model')), reset() {} }),
      stop: async () => {},
    },
  })
  const told = { speaking() {}, partial() {}, gap() {}, delayed() {} }
  const microphone = speech.listen(
    { sampleRate: 16_000 },
    { ...told, final: ({ text }) => finals.push(text) },
  )
  microphone.write(tone(1_000))
  await microphone.end()
  expect(finals).toEqual(['words'])
})
