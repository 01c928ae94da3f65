import { expect, test } from 'vitest'
import { createModerator } from '../brain/moderation/index.ts'
import { createHeat } from './heat.ts'

const INSULT = 'You are a worthless idiot, Ben.'

function setup() {
  const time = { now: 1_000 }
  const heat = createHeat({ now: () => time.now })
  const moderator = heat.felt(createModerator())
  const says = (text: string, room = 'r', kind: 'final' | 'partial' | 'chat' = 'final') =>
    moderator.judge({ text, speaker: { id: 'u' }, at: time.now, kind, room })
  return { time, heat, says }
}

test('an insult heats its room alone, and half of it is gone after a minute', () => {
  const { time, heat, says } = setup()
  says(INSULT)
  const felt = heat.of('r')
  expect(felt).toBeGreaterThan(0.5)
  expect(heat.of('other')).toBe(0)
  time.now += 60_000
  expect(heat.of('r')).toBeCloseTo(felt / 2)
})

test('insults add up and never to more than one; an hour of them is forgotten', () => {
  const { time, heat, says } = setup()
  says(INSULT)
  const one = heat.of('r')
  for (let i = 0; i < 20; i++) says(INSULT, 'r', 'chat')
  expect(heat.of('r')).toBeGreaterThan(one)
  expect(heat.of('r')).toBeLessThanOrEqual(1)
  time.now += 3_600_000
  expect(heat.of('r')).toBeLessThan(0.001)
})

test('harmless talk and partials heat nobody', () => {
  const { heat, says } = setup()
  for (let i = 0; i < 100; i++) says(`We ship part ${i} of the release on Tuesday, I think.`)
  says(INSULT, 'r', 'partial')
  expect(heat.of('r')).toBe(0)
})
