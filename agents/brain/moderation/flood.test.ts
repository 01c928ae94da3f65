import { describe, expect, it } from 'vitest'
import { createFloodWindow } from './flood.ts'
import { createModerator } from './index.ts'

const chat = (moderator: ReturnType<typeof createModerator>, text: string, at: number, id = 'a') =>
  moderator.judge({ text, speaker: { id }, at, kind: 'chat' })

describe('the flood window', () => {
  it('flags many different messages in a short time, and not after a pause', () => {
    const moderator = createModerator()
    const words = 'one two three four five six seven eight nine ten'.split(' ')
    const verdicts = words.map((word, i) => chat(moderator, `number ${word} is ${word}`, i * 500))
    expect(verdicts.slice(0, 8).some((v) => v.flagged)).toBe(false)
    expect(verdicts[8]?.categories).toContain('flood')
    expect(chat(moderator, 'and later on something else', 60_000).flagged).toBe(false)
  })

  it('does not count one speaker for another, nor one room for another', () => {
    const moderator = createModerator()
    for (let i = 0; i < 20; i += 1) {
      expect(chat(moderator, 'hello everybody', i, `speaker-${i}`).flagged).toBe(false)
      const said = { text: 'hello all', speaker: { id: 'a' }, at: i, kind: 'chat' as const }
      expect(moderator.judge({ ...said, room: `room-${i}` }).flagged).toBe(false)
    }
  })

  it('flags the same message, or nearly the same, again and again', () => {
    const moderator = createModerator()
    const text = 'come and see my new channel about cheap watches today'
    const said = [text, `${text}!`, `${text} ok`, text.toUpperCase()]
    const verdicts = said.map((one, i) => chat(moderator, one, i * 10_000))
    expect(verdicts.map((v) => v.categories.includes('spam'))).toEqual([false, false, false, true])
  })

  it('leaves short answers in speech alone, however often they come', () => {
    const moderator = createModerator()
    for (let i = 0; i < 40; i += 1) {
      const verdict = moderator.judge({
        text: 'Yeah, okay.',
        speaker: { id: 'a' },
        at: i * 300,
        kind: 'final',
      })
      expect(verdict.flagged).toBe(false)
    }
  })

  it('remembers a bounded number of speakers', () => {
    const window = createFloodWindow({ speakers: 2, repeats: 1 })
    const words = ['same', 'words']
    window.count('a', 0, true, words)
    window.count('b', 1, true, words)
    expect(window.count('a', 2, true, words).repeated).toBe(true)
    window.count('c', 3, true, words)
    expect(window.count('b', 4, true, words).repeated).toBe(false)
  })
})
