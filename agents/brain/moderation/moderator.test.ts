import { describe, expect, it } from 'vitest'
import { createModerator } from './index.ts'
import type { Category, Judged, Severity } from './types.ts'

const moderator = createModerator()
let speakers = 0

/** Judged as a new speaker's only message, so that no flood is in it. */
function judge(text: string, kind: Judged['kind'] = 'chat') {
  speakers += 1
  return moderator.judge({ text, speaker: { id: `one-${speakers}` }, at: 0, kind })
}

const flagged: Array<[text: string, category: Category, severity: Severity]> = [
  ['You are an idiot.', 'harassment', 'high'],
  ["you're such a moron", 'harassment', 'high'],
  ['shut up you stupid loser', 'harassment', 'high'],
  ['go to hell', 'harassment', 'high'],
  ['fuck you', 'harassment', 'high'],
  ['kill yourself', 'harassment', 'grave'],
  ['I hope you get cancer and die', 'harassment', 'high'],
  ['he is a lying scumbag', 'harassment', 'low'],
  ['I will kill you', 'threat', 'grave'],
  ["I'm going to stab her tonight", 'threat', 'grave'],
  ["I'm going to find you", 'threat', 'high'],
  ['watch your back', 'threat', 'high'],
  ['somebody should shoot them', 'threat', 'high'],
  ['all immigrants are vermin', 'hate', 'high'],
  ['I hate gay people', 'hate', 'high'],
  ['Muslims should be deported', 'hate', 'grave'],
  ['death to all women', 'hate', 'grave'],
  ['Those black people arrived. We should just get rid of them', 'hate', 'high'],
  ['send me nudes', 'sexual', 'high'],
  ['suck my dick', 'sexual', 'high'],
  ['sex with a child', 'sexual', 'grave'],
  ['I want to kill myself', 'self_harm', 'low'],
]

const innocent = [
  'You are an engineer.',
  "You're not an idiot.",
  'kill the process and restart it',
  'shoot me an email',
  'I will shoot you an email after the call',
  'he beat me at chess again',
  'they executed the plan',
  'we renamed master/slave to primary/replica',
  'I am dying to see the demo',
  'The people of Scunthorpe assess the class over a cocktail.',
  'Dick Cheney was the vice president.',
  'this damn build is broken',
  'I hate this font',
  'I hate Mondays, and the traffic',
  'the black cable goes into the old port',
  'cut the white wire, then kill the old job',
  'I am a lesbian',
  'gay',
  'black',
  'My Muslim colleague and the Jewish community centre host a dinner.',
  'Women and men were paid the same.',
  'I love gay people',
  'Women do not deserve to be treated like that.',
  'he called me an idiot',
  'It is wrong to say "all women are stupid".',
  'please stop calling people morons',
  "I'm such an idiot, wrong file",
  'the deadline is killing me',
  'breast cancer screening starts at fifty',
  'sex education is on the curriculum',
  'I would rather die than use that editor',
  'the rats in the lab were fed',
  'wir müssen die Fenster schließen',
  'お疲れ様です。始めましょう',
  'Привет, как дела?',
  'مرحبا بكم في الاجتماع',
]

describe('a text', () => {
  it.each(flagged)('%j is flagged for %s, %s', (text, category, severity) => {
    const verdict = judge(text)
    expect(verdict.categories).toContain(category)
    expect(verdict.severity).toBe(severity)
    expect(verdict.scores[category]).toBeGreaterThanOrEqual(0.5)
  })

  it.each(innocent)('%j is not flagged', (text) => {
    const { flagged, severity, reason } = judge(text)
    expect({ flagged, severity, reason }).toEqual({ flagged: false, severity: 'none', reason: '' })
  })

  it('of profanity aimed at nobody is no ground for acting', () => {
    for (const text of ['oh shit', 'what the fuck is this error', 'holy crap, damn']) {
      expect(['none', 'low']).toContain(judge(text).severity)
    }
  })

  it('that reports abuse weighs less than the abuse', () => {
    const quoted = judge('She wrote "you are an idiot" and was warned.')
    expect(quoted.scores.harassment).toBeLessThan(judge('You are an idiot.').scores.harassment)
  })

  it('that only puts the own words in quotation marks weighs the same', () => {
    expect(judge('I said "you are an idiot"').severity).toBe('high')
  })
})

describe('a verdict', () => {
  it('names the rule and never repeats what was said', () => {
    for (const [text] of flagged) {
      const { reason } = judge(text)
      expect(reason).not.toBe('')
      expect(text.toLowerCase()).not.toContain(reason.toLowerCase())
      expect(reason).not.toMatch(/idiot|moron|fuck|scum|dick|nudes/)
    }
  })

  it('is the same for the same text', () => {
    const other = createModerator()
    for (const [text] of flagged) {
      expect(other.judge({ text, speaker: { id: text }, at: 5, kind: 'chat' })).toEqual(judge(text))
    }
  })

  it('of the empty text and of bare signs is none', () => {
    for (const text of ['', ' ', '...', '😀', '\u200b\u200b', '\ud800']) {
      expect(judge(text).severity).toBe('none')
    }
  })

  it('finds abuse at the end of 16 KB', () => {
    const text = `${'the plan is on the table and '.repeat(560)}. You are an idiot`
    expect(text.length).toBeGreaterThan(16_000)
    expect(judge(text).severity).toBe('high')
  })

  it('comes also for 16 KB of what is made to be slow', () => {
    const units = [
      '!a',
      '"a',
      'a@',
      'f u c k ',
      'fu ck ',
      'you so very ',
      'women hate them ',
      'dick a ',
    ]
    const more = ['1-', '4111 ', 'eyJa.', 'https://a@', '\ufdfa', '\u0430a', 'xxxxxxxx is so ', 'a']
    for (const unit of [...units, ...more]) {
      const { severity } = judge(unit.repeat(16_384).slice(0, 16_384))
      expect(['none', 'low', 'high', 'grave']).toContain(severity)
    }
  })

  it('by the scorer alone is never more than low', () => {
    const sure = createModerator({ scorer: () => 1 })
    const verdict = sure.judge({
      text: 'good morning',
      speaker: { id: 'a' },
      at: 0,
      kind: 'final',
    })
    expect(verdict).toMatchObject({ flagged: true, severity: 'low', stage: 'scorer' })
  })

  it('by the scorer does not take the name of a group as evidence', () => {
    const sure = createModerator({ scorer: () => 1 })
    for (const text of ['I am a lesbian', 'Black people live here', 'a gay muslim']) {
      const verdict = sure.judge({ text, speaker: { id: text }, at: 0, kind: 'final' })
      expect(verdict.flagged).toBe(false)
    }
  })
})

describe('a partial', () => {
  it('is flagged for the gravest only', () => {
    expect(judge('I will kill you', 'partial').severity).toBe('grave')
    expect(judge('you are an idiot', 'partial').flagged).toBe(false)
  })

  it('counts for no flood', () => {
    for (let at = 0; at < 30; at += 1) {
      const verdict = moderator.judge({
        text: 'so what I',
        speaker: { id: 'p' },
        at,
        kind: 'partial',
      })
      expect(verdict.flagged).toBe(false)
    }
    const final = moderator.judge({ text: 'so what I', speaker: { id: 'p' }, at: 31, kind: 'chat' })
    expect(final.flagged).toBe(false)
  })
})
