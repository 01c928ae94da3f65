import { expect, it } from 'vitest'
import { speakable } from './speakable.ts'

it.each([
  ['We launch on the twelfth of March [12].', 'We launch on the twelfth of March.'],
  ['Bob does it [12, 15][16].', 'Bob does it.'],
  [
    '**Decided:** we keep `old_servers`, *all* of them.',
    'Decided: we keep old servers, all of them.',
  ],
  ['## Next\n- first\n- second', 'Next first second'],
  ['See [the plan](https://example.com/plan?x=1#y).', 'See the plan.'],
  ['It is at https://www.docs.example.com/a/b_c?d=1.', 'It is at docs dot example dot com.'],
  ['Write to bob.smith@example.com, please', 'Write to bob dot smith at example dot com, please'],
  ['It costs €3.50 & 20% of 1 200 000', 'It costs 3.50 euros and 20 percent of 1200000'],
  ['On 2026-11-23, 10–12 people', 'On November 23, 2026, 10 to 12 people'],
  ['On 2026-13-45', 'On 2026-13-45'],
  ['and/or 5 × 3 = 15, #4', 'and or 5 times 3 equals 15, number 4'],
  ['Great 🎉👩‍💻 news 🇫🇷!', 'Great news!'],
  ['```js\nlet a = 1\n```\nThat is all.', 'That is all.'],
  ["It's 5°C — well-known, isn't it?", "It's 5 degrees Celsius, well-known, isn't it?"],
  ['<b>Bold</b> but 3 < 5', 'Bold but 3 5'],
  ['snake_case and 2*3*4', 'snake case and 2 3 4'],
])('says %j', (text, said) => {
  expect(speakable(text)).toBe(said)
})

it.each(['[12]', '…', '🎉', '```\ncode\n```', '---', ''])('has nothing to say of %j', (text) => {
  expect(speakable(text)).toBe('')
})
