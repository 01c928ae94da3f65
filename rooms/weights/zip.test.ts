import { expect, it } from 'vitest'
import { zipMember } from './zip.ts'
import { zipOf } from './zip-fixture.ts'

const text = Buffer.from('what people said '.repeat(100))

it.each([false, true])('reads a member (stored: %s)', async (stored) => {
  const zip = zipOf({ 'a/first.txt': Buffer.from('one'), 'a/second.txt': text }, stored)
  expect(await zipMember(zip, 'a/second.txt')).toEqual(text)
  expect(await zipMember(Buffer.concat([zip]), 'a/first.txt')).toEqual(Buffer.from('one'))
})

it('says what is wrong with the rest', async () => {
  const zip = zipOf({ 'there.txt': text })
  await expect(zipMember(zip, 'not.txt')).rejects.toThrow('has no not.txt')
  await expect(zipMember(Buffer.from('<html>404</html>'), 'x')).rejects.toThrow('no zip file')
  const broken = Buffer.from(zip)
  broken.fill(0xff, 45, 60)
  await expect(zipMember(broken, 'there.txt')).rejects.toThrow()
})
