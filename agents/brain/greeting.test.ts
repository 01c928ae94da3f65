import { expect, it } from 'vitest'
import { greeting } from './greeting.ts'

const facts = { roomName: 'Standup', people: [], returning: false, openItems: [], name: 'Ann' }

it.each([
  [{}, 'Welcome to Standup, Ann. You are the first one here.'],
  [{ people: ['Ann'] }, 'Welcome to Standup, Ann. You are the first one here.'],
  [{ people: ['Bo'], returning: true }, 'Welcome back to Standup, Ann. Bo is here.'],
  [{ people: ['Bo', 'Cy'] }, 'Welcome to Standup, Ann. Here: Bo and Cy.'],
  [
    { people: ['B', 'C', 'D', 'E', 'F', 'G'] },
    'Welcome to Standup, Ann. Here: B, C, D, E and 2 more.',
  ],
  [
    { people: ['Bo'], openItems: ['Ann will send the deck.'] },
    'Welcome to Standup, Ann. Bo is here. Open for you: Ann will send the deck.',
  ],
  [
    { people: ['Bo'], openItems: ['one thing', 'another thing'] },
    'Welcome to Standup, Ann. Bo is here. Open for you: 2 items, the latest: another thing.',
  ],
])('%j', (given, text) => expect(greeting({ ...facts, ...given })).toBe(text))
