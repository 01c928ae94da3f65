import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hrefOf, parseRoute } from './route.ts'

test('pages by their address', () => {
  for (const hash of ['', '#', '#/']) expect(parseRoute(hash)).toEqual({ page: 'rooms' })
  expect(parseRoute('#/desk')).toEqual({ page: 'desk' })
  expect(parseRoute('#/past')).toEqual({ page: 'past' })
  expect(parseRoute('#/data')).toEqual({ page: 'data' })
  expect(parseRoute('#/rooms/stand%2Fup?at=12')).toEqual({ page: 'room', name: 'stand/up', at: 12 })
})

test('what is no address of a page is said to be unknown', () => {
  for (const hash of ['#/rooms', '#/rooms/', '#/rooms/a/b', '#/desk/1', '#/rooms/%E0%A4%A', '#/x'])
    expect(parseRoute(hash)).toEqual({ page: 'unknown' })
  expect(parseRoute('#/rooms/a?at=-1')).toEqual({ page: 'room', name: 'a' })
})

test('every room name survives its address', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.nat(), (name, at) => {
      expect(parseRoute(hrefOf({ page: 'room', name, at }))).toEqual({ page: 'room', name, at })
    }),
  )
})
