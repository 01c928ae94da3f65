import { expect, test } from 'vitest'
import { linesOf, sayAction, sayBy, sayDetails } from './say.ts'

test('an action is said as people say it', () => {
  expect(sayAction('room.settings_changed')).toBe('Room settings changed')
  expect(sayAction('livekit_token.minted')).toBe('LiveKit token minted')
  expect(sayAction('erasure.done')).toBe('Erasure done')
})

test('who did it, also when nobody can know it any more', () => {
  expect(sayBy('system', 'ana')).toBe('by the hub itself')
  expect(sayBy({ id: 'ana', address: '10.0.0.7' }, 'ana')).toBe('by you, from 10.0.0.7')
  expect(sayBy({ id: 'bob' }, 'ana')).toBe('by bob')
  expect(sayBy({}, 'ana')).toBe('by somebody who was erased')
})

test('details are one line, however they are nested', () => {
  expect(
    sayDetails({ room: 'r', settings: { retention_days: null, voice: true }, rights: ['join', 2] }),
  ).toBe('room: r · settings: retention days none, voice yes · rights: join, 2')
})

test('a receipt tells what stays first, and nothing of empty places', () => {
  const places = {
    user_mcp_connections: { erased: 12 },
    agents: { erased: 0 },
    restrictions: { erased: 1, kept: 2, why: 'They hold until their end.' },
    recordings: { erased: 40 },
  }
  const lines = linesOf({ places, keys_shredded: 1, finished_at: 1 })
  expect(lines.map(({ place, erased, kept }) => [place, erased, kept])).toEqual([
    ['Restrictions', 1, 2],
    ['Recordings', 40, 0],
    ['User MCP connections', 12, 0],
  ])
})
