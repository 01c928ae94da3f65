import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { heardCallOf } from './heard-name.ts'

const PEOPLE = ['Alice Jones', 'Bob']

// as Whisper tiny.en heard them of voices that said "Aura, ..." and so on
it.each([
  ['Aura', 'Or what did we decide about the budget?', 'what did we decide about the budget?'],
  ['Aura', 'Or, tell me what dog promised.', 'tell me what dog promised.'],
  ['Aura', 'Horror, Who Will Send The Press Release', 'Who Will Send The Press Release'],
  ['Aura', 'Laura, can you summarize the meeting?', 'can you summarize the meeting?'],
  ['Aura', 'Hey, or a when is the launch?', 'when is the launch?'],
  ['Aura', 'Or a "Who brings the blue paint?"', 'Who brings the blue paint?'],
  ['Aura', '"Aura, the budget?"', 'the budget?'],
  ['Aura', 'Aura, the budget?', 'the budget?'],
  ['Max', 'My ex, what did we decide about the budget?', 'what did we decide about the budget?'],
  ['Nova', 'Nova when is the launch?', 'when is the launch?'],
])('%s hears a question in %j', (name, text, question) => {
  expect(heardCallOf(text, name, PEOPLE)?.question).toBe(question)
})

it.each([
  'Or do you want to tell us?',
  'Or what about the budget?',
  'Or what would you say?',
  'Sorry, what did they decide about the budget?',
  'Our plan is what we decided.',
  'Or is it on the list?',
  'I asked Aura what we decided.',
  'Aura is great.',
])('takes %j as talk', (text) => {
  expect(heardCallOf(text, 'Aura', PEOPLE)?.question).toBeUndefined()
})

it('knows the people of the room from the agent', () => {
  const text = 'Laura, what did we decide about the budget?'
  expect(heardCallOf(text, 'Aura', ['Laura Smith', 'Bob'])).toBeUndefined()
  expect(heardCallOf(text, 'Aura', PEOPLE)).toMatchObject({ sure: false })
})

it('waits for the question after the name alone', () => {
  expect(heardCallOf('Aura.', 'Aura', PEOPLE)).toEqual({ sure: true })
  expect(heardCallOf('Hey Ora?', 'Aura', PEOPLE)).toEqual({ sure: false })
  expect(heardCallOf('Alright.', 'Aura', PEOPLE)).toBeUndefined()
})

const MEETINGS = new URL('../../../shared/data/meetings/qmsum_val.jsonl', import.meta.url)

// the meetings are no part of the repository: where they are absent, the list above has to do
it.runIf(existsSync(MEETINGS))('is called by nobody in 20,123 turns of real meetings', () => {
  const turns = readFileSync(MEETINGS, 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as { turns: { text: string }[] }).turns)
    .map(({ text }) =>
      text
        .replace(/\{[^}]*\}/gu, ' ')
        .replace(/\s+(?=[,.?!'])/gu, '')
        .trim(),
    )
  expect(turns).toHaveLength(20_123)
  const called = turns.filter((text) => heardCallOf(text, 'Aura', [])?.question !== undefined)
  expect(called).toEqual([])
})
