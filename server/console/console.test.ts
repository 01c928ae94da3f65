import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consolePage } from './index.ts'

let app: FastifyInstance
beforeAll(async () => {
  app = fastify()
  await app.register(consolePage)
})
afterAll(() => app.close())

/** The files that the page names, and those that these cannot begin without. */
async function filesOf(page: string) {
  const found = new Map<string, Awaited<ReturnType<typeof app.inject>>>()
  const load = async (url: string) => {
    if (found.has(url)) return
    const file = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } })
    found.set(url, file)
    if (!url.endsWith('.js')) return
    const { body } = await app.inject(url)
    for (const [, name] of body.matchAll(
      /(?:from|import)\s*["'](?:\.|\/assets)\/([\w-]+\.js)["']/g,
    ))
      await load(`/assets/${name}`)
  }
  const { body } = await app.inject(page)
  for (const [, url] of body.matchAll(/(?:src|href)="(\/[^"]+)"/g)) await load(String(url))
  return found
}

test('the page runs its own script and no other', async () => {
  const page = await app.inject('/')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe')
  expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/)
  const files = await filesOf('/')
  expect([...files.keys()].some((url) => url.endsWith('.css'))).toBe(true)
  for (const [, { statusCode, headers }] of files) {
    expect(statusCode).toBe(200)
    expect(headers['cache-control']).toContain('immutable')
  }
})

test('the page may reach the LiveKit server that the hub has, and no other', async () => {
  const policyOf = async (livekitUrl: string) => {
    const other = fastify()
    await other.register(consolePage, { livekitUrl })
    const { headers } = await other.inject('/')
    await other.close()
    return String(headers['content-security-policy'])
  }
  expect(await policyOf('wss://rtc.example.org')).toContain(
    "connect-src 'self' wss://rtc.example.org https://rtc.example.org;",
  )
  expect(await policyOf('http://10.0.0.2:7880/')).toContain(
    "connect-src 'self' ws://10.0.0.2:7880 http://10.0.0.2:7880;",
  )
  const { headers } = await app.inject('/')
  expect(headers['content-security-policy']).toContain("connect-src 'self';")
})

test('the page is asked for again each time, its files never', async () => {
  const { headers } = await app.inject('/')
  expect(headers['cache-control']).toBe('no-cache')
  const again = await app.inject({ url: '/', headers: { 'if-none-match': String(headers.etag) } })
  expect(again.statusCode).toBe(304)
  expect((await app.inject('/assets/nothing.js')).statusCode).toBe(404)
})

test('what the page begins with is less than 60 KB of scripts gzipped, without anything of Node', async () => {
  const files = await filesOf('/')
  let bytes = 0
  for (const [url, { headers, rawPayload }] of files) {
    if (!url.endsWith('.js')) continue
    expect(headers['content-encoding']).toBe('gzip')
    bytes += rawPayload.length
    const { body } = await app.inject(url)
    expect(body).not.toMatch(/from\s*["'](?:node:|#)|\brequire\(/)
  }
  console.log(`console: ${(bytes / 1024).toFixed(1)} KB of scripts, gzipped`)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThan(60 * 1024)
})
