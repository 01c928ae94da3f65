import { afterEach, describe, expect, it } from 'vitest'
import { createModel, type ModelKeys } from '../../agents/models/index.ts'
import { startAnthropic } from '../fakes/anthropic.ts'
import type { FakeModelOptions } from '../fakes/http.ts'
import { startOpenAI } from '../fakes/openai.ts'

const request = {
  system: 'Be brief.',
  messages: [{ role: 'user' as const, content: 'Hello?' }],
  maxTokens: 100,
}
const SHORT = { firstTokenMs: 1_000, totalMs: 1_500 }
const SCHEMA = { name: 'opinion', schema: { type: 'object', additionalProperties: false } }

const vendors = [
  ['openai', startOpenAI],
  ['anthropic', startAnthropic],
] as const

describe.each(vendors)('%s', (vendor, start) => {
  const open: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of open.splice(0)) await stop()
  })

  async function model(
    answer: FakeModelOptions<unknown>['answer'],
    timeouts?: ModelKeys['timeouts'],
  ) {
    const server = await start({ answer })
    open.push(server.stop)
    const keys: ModelKeys = { [vendor]: server, timeouts }
    const made = createModel(keys)
    if (!made) throw new Error('no model')
    return { server, model: made }
  }

  it('streams the answer piece by piece', async () => {
    const { server, model: m } = await model(() => ({ pieces: ['Hel', 'lo ', 'there.'] }))
    const pieces: string[] = []
    for await (const piece of m.stream(request)) pieces.push(piece)
    expect(pieces).toEqual(['Hel', 'lo ', 'there.'])
    expect(m.name).toMatch(new RegExp(`^${vendor}/`))
    const [sent] = server.requests
    expect(JSON.stringify(sent?.body)).toContain('Be brief.')
    expect(sent?.headers.authorization ?? sent?.headers['x-api-key']).toContain('test-key')
  })

  it('asks for JSON of a schema', async () => {
    const { server, model: m } = await model(() => ({ pieces: ['{"a":', '1}'] }))
    expect(await m.complete({ ...request, schema: SCHEMA })).toBe('{"a":1}')
    expect(JSON.stringify(server.requests[0]?.body)).toContain('json_schema')
  })

  it('fails once, without a retry and without the text of the provider', async () => {
    const { server, model: m } = await model(() => ({ status: 500 }))
    const error: unknown = await m.complete(request).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'provider_failed', details: { status: 500 } })
    expect(JSON.stringify(error) + String(error)).not.toContain('secret')
    expect(server.requests).toHaveLength(1)
  })

  it('takes an answer without words, and one that is cut, as a failure', async () => {
    const { model: m } = await model((_, nth) => (nth === 1 ? {} : { pieces: ['Half'], cut: true }))
    await expect(m.complete(request)).rejects.toMatchObject({ code: 'provider_failed' })
    await expect(m.complete(request)).rejects.toMatchObject({ code: 'provider_failed' })
  })

  it('takes an answer that ends without saying so as a failure', async () => {
    const { model: m } = await model(() => ({ pieces: ['Half an ans'], short: true }))
    await expect(m.complete(request)).rejects.toMatchObject({
      code: 'provider_failed',
      details: { reason: 'cut' },
    })
  })

  it('says that the model refused, whatever it said before', async () => {
    const { server, model: m } = await model(() => ({ pieces: ['Well, '], end: 'refused' }))
    const error: unknown = await m.complete(request).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'provider_failed', details: { reason: 'refused' } })
    expect(JSON.stringify(error) + String(error)).not.toContain('cannot help')
    expect(server.requests).toHaveLength(1)
  })

  it('marks a text that was cut for its length, and gives no half JSON', async () => {
    const { model: m } = await model(() => ({ pieces: ['{"a":'], end: 'length' }))
    expect(await m.complete(request)).toBe('{"a":…')
    await expect(m.complete({ ...request, schema: SCHEMA })).rejects.toMatchObject({
      code: 'provider_failed',
      details: { reason: 'truncated' },
    })
  })

  it('ends an answer that has no end where it is much too long', async () => {
    const { server, model: m } = await model(() => ({
      pieces: Array.from({ length: 1_000 }, () => 'and on '),
      hang: true,
    }))
    const text = await m.complete(request)
    expect(text).toMatch(/^(and on )+…$/)
    expect(text.length).toBeLessThan(1_000)
    await expect(m.complete({ ...request, schema: SCHEMA })).rejects.toMatchObject({
      details: { reason: 'truncated' },
    })
    await server.dropped(2)
  })

  it('waits for a slow first piece within its limit', async () => {
    let release = () => {}
    const hold = new Promise<void>((resolve) => {
      release = resolve
    })
    const { server, model: m } = await model(() => ({ pieces: ['At last.'], hold }))
    const answer = m.complete(request)
    await server.asked(1)
    release()
    expect(await answer).toBe('At last.')
  })

  it('asks again when the provider says that it will do in a moment', async () => {
    const { server, model: m } = await model((_, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '0.05' } } : { pieces: ['Now.'] },
    )
    expect(await m.complete(request)).toBe('Now.')
    expect(server.requests).toHaveLength(2)
  })

  it('asks again once only', async () => {
    const { server, model: m } = await model(() => ({
      status: 429,
      headers: { 'retry-after': '0' },
    }))
    await expect(m.complete(request)).rejects.toMatchObject({ details: { status: 429 } })
    expect(server.requests).toHaveLength(2)
  })

  it('leaves a provider alone for as long as it wants, and fails at once meanwhile', async () => {
    const { server, model: m } = await model(() => ({
      status: 429,
      headers: { 'retry-after': '120' },
    }))
    await expect(m.complete(request)).rejects.toMatchObject({ details: { status: 429 } })
    await expect(m.complete(request)).rejects.toMatchObject({
      code: 'provider_failed',
      details: { reason: 'resting' },
    })
    expect(server.requests).toHaveLength(1)
  })

  it('stops waiting for the provider when it is cancelled', async () => {
    const { server, model: m } = await model(() => ({
      status: 429,
      headers: { 'retry-after': '1.9' },
    }))
    const abort = new AbortController()
    const reason = new Error('enough')
    const answer = m.complete({ ...request, signal: abort.signal })
    await server.asked(1)
    abort.abort(reason)
    await expect(answer).rejects.toBe(reason)
    expect(server.requests).toHaveLength(1)
  })

  it('times out without a first piece, and without an end', async () => {
    const { server, model: m } = await model(
      (_, nth) => ({
        hang: true,
        pieces: nth === 1 ? [] : ['And so'],
      }),
      SHORT,
    )
    await expect(m.complete(request)).rejects.toMatchObject({ code: 'timed_out' })
    const pieces: string[] = []
    const streaming = (async () => {
      for await (const piece of m.stream(request)) pieces.push(piece)
    })()
    await expect(streaming).rejects.toMatchObject({ code: 'timed_out' })
    expect(pieces).toEqual(['And so'])
    await server.dropped(2)
  })

  it('ends the request when it is cancelled, and when nobody reads on', async () => {
    const { server, model: m } = await model(() => ({ hang: true, pieces: ['Well'] }))
    const abort = new AbortController()
    const reason = new Error('enough')
    const streaming = (async () => {
      for await (const _ of m.stream({ ...request, signal: abort.signal })) abort.abort(reason)
    })()
    await expect(streaming).rejects.toBe(reason)
    for await (const _ of m.stream(request)) break
    await server.dropped(2)
  })
})

it('is none without a key', () => {
  expect(createModel({})).toBeUndefined()
})
