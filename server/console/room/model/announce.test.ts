import { expect, test } from 'vitest'
import { createAnnouncer } from './announce.ts'

function scene() {
  const said: string[] = []
  const timers: (() => void)[] = []
  const announcer = createAnnouncer({
    say: (text) => said.push(text),
    after: (_, run) => {
      timers.push(run)
      return () => void timers.splice(timers.indexOf(run), 1)
    },
  })
  return { said, announcer, pass: () => timers.shift()?.() }
}

test('the first line is read at once, the next ones together and not all of them', () => {
  const { said, announcer, pass } = scene()
  for (const line of ['a', 'b', 'c', 'd']) announcer.add(line)
  expect(said).toEqual(['a'])
  pass()
  expect(said).toEqual(['a', '1 more before. c d'])
  pass()
  announcer.add('e')
  expect(said.at(-1)).toBe('e')
})

test('a pause says nothing, then or later', () => {
  const { said, announcer, pass } = scene()
  announcer.add('a')
  announcer.add('b')
  announcer.pause(true)
  announcer.add('c')
  pass()
  announcer.pause(false)
  announcer.add('d')
  expect(said).toEqual(['a', 'd'])
})
