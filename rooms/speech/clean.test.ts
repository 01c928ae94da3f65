import { describe, expect, test } from 'vitest'
import { cleanTranscript, type Evidence, isAbsurd } from './clean.ts'

const spoken: Evidence = { soundMs: 2_500, voicedMs: 1_500, certainty: 0.95 }
const breath: Evidence = { soundMs: 1_100, voicedMs: 128, certainty: 0.9 }
const doubtful: Evidence = { soundMs: 2_500, voicedMs: 1_500, certainty: 0.5 }

describe('a transcript', () => {
  test.each([
    ' Hello there. ',
    'No, no, no, no.',
    'Thank you.',
    'We meet at 10 (not 11) on 3/4.',
    "You know what I'd say: subscribe to the plan.",
  ])('that was said stays: %s', (text) => {
    expect(cleanTranscript(text, spoken)).toBe(text.trim())
  })

  test.each([
    '[BLANK_AUDIO]',
    ' [ Silence ]',
    '(music)',
    '(upbeat music) (applause)',
    '*coughs*',
    '♪ la la la ♪',
    '♪',
    '...',
    '<|endoftext|>',
    'Subtitles by the Amara.org community',
    'Please subscribe to my channel!',
  ])('of no words is none: %s', (text) => {
    expect(cleanTranscript(text, spoken)).toBe('')
  })

  test('keeps the words around a noise', () => {
    expect(cleanTranscript('So [coughs] we ship  on Friday.', spoken)).toBe('So we ship on Friday.')
  })

  test.each(['Thank you.', 'you', 'Thanks for watching!', 'Bye.', "I'm sorry.", 'Oh'])(
    'that Whisper makes of noise counts only where a voice was heard: %s',
    (text) => {
      expect(cleanTranscript(text, { ...breath, voicedMs: 96 })).toBe('')
      expect(cleanTranscript(text, doubtful)).toBe('')
      expect(cleanTranscript(text, { ...spoken, confidence: 0.2 })).toBe('')
      expect(cleanTranscript(text, spoken)).toBe(text)
    },
  )

  test('of other words is kept, however short', () => {
    expect(cleanTranscript('Stop!', breath)).toBe('Stop!')
    expect(cleanTranscript('Yes.', doubtful)).toBe('Yes.')
  })

  test('that comes twice is said once where there was no time for both', () => {
    const twice = 'Book a room. Book a room.'
    expect(cleanTranscript(twice, { ...breath, voicedMs: 700 })).toBe('Book a room.')
    expect(cleanTranscript(twice, spoken)).toBe(twice)
  })

  test('that goes round in circles is said once', () => {
    const loop = "I don't know what to do. "
    expect(cleanTranscript(`So, ${loop.repeat(9)}`, spoken)).toBe("So, I don't know what to do.")
    expect(cleanTranscript('the '.repeat(40), spoken)).toBe('the')
    expect(cleanTranscript('Very, very, very good.', spoken)).toBe('Very, very, very good.')
  })
})

test('more than anybody can have said is absurd', () => {
  expect(isAbsurd('word '.repeat(20), 3_000)).toBe(false)
  expect(isAbsurd('word '.repeat(200), 3_000)).toBe(true)
})
