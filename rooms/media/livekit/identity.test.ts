import { expect, test } from 'vitest'
import { commands } from '#protocol'
import { createIdentities } from './identity.ts'

const { target } = commands['moderation.act'].shape
const identities = createIdentities('a secret')

test('whatever an identity holds, it makes one user who can be named in a command, and back', () => {
  const odd = [
    'ann',
    'a:b',
    ' sp ',
    '../..',
    'a\nb',
    'a\0b',
    'c1\u0085',
    'a b',
    '☕',
    'b64~',
    'b64~YQ',
  ]
  // what another one is turned into is not to be had by calling oneself so
  odd.push(identities.personOf('r', 'a\nb').slice('lk:r:'.length))
  const users = odd.map((identity) => identities.personOf('r', identity))
  expect(new Set(users).size).toBe(odd.length)
  for (const [at, user] of users.entries()) {
    expect(target.safeParse(user).success, JSON.stringify(odd[at])).toBe(true)
    expect(identities.identityIn('r', user)).toBe(odd[at])
  }
  expect(users[0]).toBe('lk:r:ann')
})

test('only the hub makes the identity of a signed-in user, and it is that user everywhere', () => {
  const identity = identities.identityIn('r', 'mia')
  expect(identities.personOf('r', identity)).toBe('mia')
  expect(identities.personOf('other', identity)).toBe('mia')
  for (const forged of [
    identity.replace(/.$/, ''),
    createIdentities('another').identityOf('mia'),
    `${identity}.`,
    `${identity}=`,
    `${identity}%`,
    'hub.bWlh.',
    'hub..',
  ])
    expect(identities.personOf('r', forged)).toBe(`lk:r:${forged}`)
})
