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
