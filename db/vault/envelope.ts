import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { VaultError } from './failure.ts'
import { bindingOf, type Place } from './place.ts'

/** 96 bits, as GCM wants it. Fresh each time: a key seals far less than the 2^32 texts that random ones are good for. */
const IV_BYTES = 12
const FORM = /^v1\.([\w-]{1,64})\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/

/** Seals under the key `kid` as `v1.KID.IV.CT.TAG`, the last three in base64url. */
export function seal(key: KeyObject, kid: string, place: Place, plain: Uint8Array): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bindingOf(place, kid))
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))
  return ['v1', kid, ...parts].join('.')
}

/**
 * The id of the key that something was sealed under.
 *
 * @throws VaultError `damaged` when it has another form
 */
export function kidOf(place: Place, sealed: string): string {
  return parse(place, sealed).kid
}

/** @throws VaultError `damaged` when it was not sealed under this key for this place, or is no longer whole */
export function unseal(key: KeyObject, place: Place, sealed: string): Buffer {
  const { kid, iv, text, tag } = parse(place, sealed)
  const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
  cipher.setAAD(bindingOf(place, kid)).setAuthTag(tag)
  try {
    return Buffer.concat([cipher.update(text), cipher.final()])
  } catch {
    throw damaged(place)
  }
}

function parse(place: Place, sealed: string) {
  const [, kid, ...parts] = FORM.exec(sealed) ?? []
  const [iv, text, tag] = parts.map((part) => decode(part))
  if (kid === undefined || !iv || !text || !tag) throw damaged(place)
  return { kid, iv, text, tag }
}

/** Undefined when these characters are not the ones that the bytes are written with. */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function damaged({ table, column }: Place): VaultError {
  return new VaultError('damaged', `What is sealed in ${table}.${column} is damaged or moved.`)
}
