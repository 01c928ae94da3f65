import fastify from 'fastify'
import { expect, test } from 'vitest'
import { consolePage } from './index.ts'

test('the page runs its own script and no other', async () => {
  const app = fastify()
  await app.register(consolePage)
  const page = await app.inject('/')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe')
  expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/)
  for (const [, url] of page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    const file = await app.inject(String(url))
    expect(file.statusCode).toBe(200)
    expect(file.body.length).toBeGreaterThan(500)
  }
  await app.close()
})

test('the script is one bundle without anything of Node, small enough to load at once', async () => {
  const app = fastify()
  await app.register(consolePage)
  const { body, headers } = await app.inject('/console.js')
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
  expect(body).not.toMatch(/from\s*["'](?:node:|#|\.)|\brequire\(|innerHTML/)
  expect(body.length).toBeLessThan(100_000)
  await app.close()
})
