import { expect, it } from 'vitest'
import { turnsOf } from '../brain/fixture.ts'
import { createEvidence } from './evidence.ts'

const turns = turnsOf([
  'Alice: Good morning, and welcome to the yearly meeting.',
  'Bob: The press release is still with the lawyers.',
  'Alice: Can you send it to the newspapers by Tuesday, Bob?',
  'Bob: Yes, sure.',
])

it('has what was shown, and nothing else', () => {
  const evidence = createEvidence(turns)
  expect(evidence.has(2)).toBe(true)
  expect(evidence.has(5)).toBe(false)
  expect(evidence.supports(5, 'The press release is with the lawyers')).toBe(false)
})

it('supports a statement by a turn that speaks of the same', () => {
  const { supports } = createEvidence(turns)
  expect(supports(2, 'Lawyers have the release')).toBe(true)
  expect(supports(1, 'Lawyers have the release')).toBe(false)
  // the name of who spoke says nothing of what was said
  expect(supports(1, 'Alice pays a million')).toBe(false)
})

it('takes a short reply for what it replies to', () => {
  const { supports } = createEvidence(turns)
  expect(supports(4, 'Bob sends it to the newspapers')).toBe(true)
  expect(supports(4, 'The meeting is monthly')).toBe(false)
})

it('takes the question for a statement without content', () => {
  const { supports } = createEvidence(turns)
  expect(supports(3, 'Yes.', 'Will Bob send it to the newspapers?')).toBe(true)
  expect(supports(1, 'Yes.', 'Will Bob send it to the newspapers?')).toBe(false)
})

it('knows earlier turns by the items that cite them', () => {
  const evidence = createEvidence([], [{ text: 'Book the venue', who: 'Carol', evidence: [77] }])
  expect(evidence.supports(77, 'Carol books the venue for the party')).toBe(true)
  expect(evidence.supports(77, 'Carol pays')).toBe(false)
  expect(evidence.names(77, 'Carol')).toBe(true)
  expect(evidence.names(77, 'Dave')).toBe(false)
})

it('names who spoke and who was spoken of', () => {
  const { names } = createEvidence(turns)
  expect(names(3, 'Bob')).toBe(true)
  expect(names(3, 'alice')).toBe(true)
  expect(names(2, 'Alice')).toBe(false)
})
