import { format, inspect } from 'node:util'
import pino from 'pino'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

test('a secret tells its text to who reveals it, and to nothing else', () => {
  const secret = new Secret('open sesame')
  expect(secret.reveal()).toBe('open sesame')

  const lines: string[] = []
  const log = pino({ base: null }, { write: (line) => lines.push(line) })
  log.info({ secret, deep: { secret } }, `it is ${secret}`)
  log.error({ err: new Error('no', { cause: secret }) })
  const shown = [
    ...lines,
    String(secret),
    `${secret}`,
    `a${JSON.stringify({ secret })}`,
    inspect(secret, { showHidden: true, depth: 9 }),
    inspect([secret], { customInspect: false, showHidden: true, depth: 9 }),
    format('%s %o %O %j', secret, secret, secret, secret),
    JSON.stringify({ ...secret }),
    JSON.stringify(structuredClone(secret)),
    Object.getOwnPropertyNames(secret).join(),
  ]
  expect(shown.join('\n')).toContain('[secret]')
  expect(shown.join('\n')).not.toContain('sesame')
})
