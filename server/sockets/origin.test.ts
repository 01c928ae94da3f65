import { expect, test } from 'vitest'
import { isAllowedOrigin } from './origin.ts'

const allowed = ['https://app.example.com']

test.each([
  [undefined, 'hub:8080'],
  ['http://hub:8080', 'hub:8080'],
  ['https://hub.example.com', 'hub.example.com'],
  ['https://hub.example.com', 'hub.example.com:443'],
  ['https://app.example.com', 'hub:8080'],
  ['HTTPS://APP.example.com', 'hub:8080'],
])('a socket from %s is let into %s', (origin, host) => {
  expect(isAllowedOrigin(origin, host, allowed)).toBe(true)
})

test.each([
  ['http://evil.example', 'hub:8080'],
  ['http://hub:8081', 'hub:8080'],
  ['https://app.example.com.evil.example', 'hub:8080'],
  ['https://app.example.com:444', 'hub:8080'],
  ['null', 'hub:8080'],
  ['', 'hub:8080'],
  ['file://hub:8080', 'hub:8080'],
  ['http://hub:8080', undefined],
])('a socket from %s is kept out of %s', (origin, host) => {
  expect(isAllowedOrigin(origin, host, allowed)).toBe(false)
})
