import { expect, it } from 'vitest'
import { mentioned } from './mention.ts'

it.each([
  ['Aura, what did we decide?', 'what did we decide?'],
  ['@aura who does the budget', 'who does the budget'],
  ['hey Aura what is the date of the launch', 'what is the date of the launch'],
  ['AURA: summarize the meeting', 'summarize the meeting'],
  ['  Aura – is Bob here?', 'is Bob here?'],
])('takes %j as a question', (text, question) => {
  expect(mentioned(text, 'Aura')).toBe(question)
})

it.each([
  'Aura is great.',
  'I asked Aura, what did we decide?',
  'Aurabesh, what is that?',
  'Aura',
  'Aura!',
  'An aura of mystery',
  '',
])('takes %j as talk', (text) => {
  expect(mentioned(text, 'Aura')).toBeUndefined()
})

it('listens to whatever name the agent has', () => {
  expect(mentioned('C-3PO (bot), when do we eat?', 'C-3PO (bot)')).toBe('when do we eat?')
  expect(mentioned('Zoë, wann essen wir?', 'zoë')).toBe('wann essen wir?')
})
