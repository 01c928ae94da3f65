import { expect, test } from 'vitest'
import { forLogs, parseUrl } from './address.ts'

const { address } = parseUrl('postgres://me:s%40cret@db.example:6543/hub?sslmode=require')

test.each([
  ['postgres://ann@h', { host: 'h', port: 5432, user: 'ann', database: 'ann' }],
  ['postgresql://ann:p%23w@[::1]:99/d', { host: '::1', port: 99, password: 'p#w', database: 'd' }],
  ['postgresql://ann@%2Fvar%2Frun:99/d', { host: '/var/run', port: 99, user: 'ann' }],
  ['postgresql:///d?host=/run/pg&port=99&user=ann', { host: '/run/pg', port: 99, user: 'ann' }],
  ['postgresql://ann:pw@/d?host=/cloudsql/a:b:c', { host: '/cloudsql/a:b:c', password: 'pw' }],
  ['postgresql://h/?dbname=d&user=ann&password=pw', { host: 'h', database: 'd', password: 'pw' }],
  ['postgres://ann@h/d?options=endpoint%3Da', { host: 'h', options: 'endpoint=a' }],
])('%s', (url, expected) => {
  const { address } = parseUrl(url)
  expect(address).toMatchObject(expected)
  // the server is this machine, and its sockets know no TLS
  expect(address.tls === undefined).toBe(address.host.startsWith('/'))
})

test.each([
  ['', { rejectUnauthorized: false }, true],
  ['?sslmode=disable', undefined, false],
  ['?sslmode=prefer', { rejectUnauthorized: false }, true],
  ['?ssl=true', { rejectUnauthorized: false }, false],
  ['?sslmode=require&channel_binding=require', { rejectUnauthorized: false }, false],
  ['?sslmode=verify-full', { host: 'h', servername: 'h' }, false],
  ['?sslrootcert=system', { host: 'h', servername: 'h' }, false],
])('TLS of "%s"', (query, tls, tlsOptional) => {
  const parsed = parseUrl(`postgres://ann@h/d${query}`)
  expect(parsed.tlsOptional).toBe(tlsOptional)
  if (tls) expect(parsed.address.tls).toEqual({ host: 'h', servername: 'h', ...tls })
  else expect(parsed.address.tls).toBeUndefined()
})

test.each([
  'postgres://ann:s3cret#@h/d',
  'postgres://ann:s3cret%@h/d',
  'postgres://ann:s3cret@h:port/d',
  'postgres://ann:s3cret@h:1,i:2/d',
  'postgres://ann:s3cret@h,i/d',
  'postgres://ann:s3cret@h/d?port=x',
  'postgres://ann:s3cret@h/d?sslmode=on',
  'postgres://ann:s3cret@h/d?sslrootcert=/nowhere',
])('%s is refused by name, without its password', (url) => {
  expect(() => parseUrl(url)).toThrow(/DATABASE_URL/)
  expect(() => parseUrl(url)).not.toThrow(/s3cret/)
})

test('logs get no secrets', () => {
  expect(forLogs(address)).toBe('db.example:6543/hub')
})
