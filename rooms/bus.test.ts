import pino from 'pino'
import { expect, test } from 'vitest'
import { createLocalBus } from './bus.ts'
import type { Room, RoomSignal } from './types.ts'

const signal: RoomSignal = { kind: 'rights', room: {} as Room }

test('listeners are called at once and in order; one that throws costs the others nothing', () => {
  const bus = createLocalBus({ log: pino({ level: 'silent' }) })
  const heard: string[] = []
  bus.subscribe(() => heard.push('first'))
  bus.subscribe(() => {
    throw new Error('broken')
  })
  const off = bus.subscribe(() => heard.push('third'))
  bus.publish(signal)
  expect(heard).toEqual(['first', 'third'])
  off()
  bus.publish(signal)
  expect(heard).toEqual(['first', 'third', 'first'])
})
