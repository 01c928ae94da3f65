import { describe, expect, it } from 'vitest'
import { cleanText, clip } from './clean.ts'
import { stem } from './stem.ts'
import { sentences, terms, words } from './text.ts'

describe('cleanText', () => {
  it.each([
    ["I I I mean we don 't , um , know .", "I mean we don't, know."],
    ['{vocalsound} So , uh , the the price {disfmarker} is fine .', 'So, the price is fine.'],
    ['th that is post - processing .', 'That is post-processing.'],
    ['Um, well, it works', 'Well, it works'],
    ['That that works, we had had it', 'That that works, we had had it'],
    ['Meet at 10 10 Main Street', 'Meet at 10 10 Main Street'],
  ])('%j', (raw, clean) => expect(cleanText(raw)).toBe(clean))

  it('leaves braces that are no sounds, and other scripts, as they are', () => {
    expect(cleanText('Set {name} to 会議, नमस्ते.')).toBe('Set {name} to 会議, नमस्ते.')
  })

  it('says nothing where only sounds were made', () => {
    expect(cleanText('{vocalsound} um . Mm - hmm .')).toBe('')
  })
})

describe('words and terms', () => {
  it('meets British and American spellings, plurals and tenses', () => {
    expect(terms('colours organised')).toEqual(terms('color organize'))
  })

  it('splits scripts without spaces into pairs, keeps combining marks', () => {
    expect(words('会議室')).toEqual(['会議', '議室'])
    expect(words('नमस्ते दुनिया')).toEqual(['नमस्ते', 'दुनिया'])
  })

  it('drops function words', () => expect(terms("we'll be in the room")).toEqual(['room']))
})

it('splits sentences, not abbreviations or numbers', () => {
  expect(sentences('Mr. Smith paid 3.50. Did he? 好。是')).toEqual([
    'Mr. Smith paid 3.50.',
    'Did he?',
    '好。',
    '是',
  ])
})

it.each([
  ['relational', 'relat'],
  ['hopping', 'hop'],
  ['hoping', 'hope'],
  ['generalizations', 'gener'],
  ['sky', 'sky'],
  ['happy', 'happi'],
])('Porter: %s is %s', (word, root) => expect(stem(word)).toBe(root))

it('clips at a word, and never in the middle of a letter', () => {
  expect(clip('one two three', 9)).toBe('one two…')
  expect(clip('😀'.repeat(20), 9)).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/)
})
