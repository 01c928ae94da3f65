import { JobStatus } from '@livekit/protocol'
import { AgentDispatchClient } from 'livekit-server-sdk'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RoomEvent, RoomEventOf, WireEvent } from '#protocol'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { wordErrors } from '../evals/wer.ts'
import { launchBrowser } from '../support/browser.ts'
import type { TestHub } from '../support/hub.ts'
import type { LiveKitServer } from '../support/livekit.ts'
import { type LiveKitHub, startLiveKitHub } from '../support/livekit-hub.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { readLog } from '../support/rest.ts'
import { joinSpeaker, type Speaker } from '../support/speakers.ts'
import { spoken, type VoiceName } from '../support/spoken.ts'

const ROOM = 'garden party'
const BUDGET = 'The budget for the garden party is nine hundred dollars.'
const TENT = 'I will book the tent by Friday.'
const NEIGHBOURS = 'We decided to invite the neighbours from the blue house.'
const WAIT = { timeout: 60_000, interval: 100 }

const VOICES: Record<string, VoiceName> = { ann: 'slt', ben: 'kal', cat: 'slow slt' }

let livekit: LiveKitServer
let hub: TestHub
let stop: LiveKitHub['stop'] | undefined
let browser: Browser
let operator: Hub
/** The operator's view of the room. */
let room: LiveRoom
const events: WireEvent[] = []
const people: Record<string, Speaker> = {}

beforeAll(async () => {
  const starting = createTestDatabase().then((made) => startLiveKitHub(made, { speech: true }))
  ;[{ hub, livekit, stop }, browser] = await Promise.all([starting, launchBrowser()])
})

afterAll(async () => {
  operator?.close()
  await browser?.close()
  await stop?.()
})

/** Three people who only know LiveKit. Each test goes on where the one before it ended. */
describe('a LiveKit room with agents', () => {
  test('LiveKit dispatches the agents, and everyone hears who said what', async () => {
    for (const name of ['ann', 'ben', 'cat']) people[name] = await join(name)
    await vi.waitFor(async () => {
      const others = Object.entries((await speaker('ann').others()) ?? {})
      const agent = others.find(([identity]) => identity.startsWith('aura-'))
      expect(agent?.[1]['lk.agent.state']).toBe('listening')
    }, WAIT)
    // LiveKit itself says that it gave the room to the hub, and that the job runs
    const { url, apiKey, apiSecret } = livekit
    const dispatches = new AgentDispatchClient(url.replace(/^ws/, 'http'), apiKey, apiSecret)
    await vi.waitFor(async () => {
      const jobs = (await dispatches.listDispatch(ROOM)).flatMap(({ state }) => state?.jobs ?? [])
      expect(jobs.map(({ state }) => state?.status)).toEqual([JobStatus.JS_RUNNING])
    }, WAIT)

    operator = connectHub({ url: hub.url, token: () => hub.token('local') })
    room = await operator.join(ROOM, { as: 'watch' })
    room.on('*', (event) => events.push(event))
    expect(room.state.participants.map((p) => [p.id, p.media]).sort()).toEqual(
      ['ann', 'ben', 'cat'].map((name) => [idOf(name), 'livekit']),
    )

    const lines = [['ann', BUDGET] as const, ['ben', TENT] as const, ['cat', NEIGHBOURS] as const]
    for (const [name, line] of lines) await say(name, line)
    for (const [name, line] of lines) {
      const final = await heard(name, line)
      expect(final.data).toMatchObject({ source: 'speech', segment: expect.stringMatching(/^SG_/) })
      // and a page that knows nothing of the hub got it, from the one who spoke
      await vi.waitFor(async () => {
        const told = (await speaker('ann').received()).filter((one) => one.sender === name)
        expect(told.at(-1)?.text).toBe(final.data.text)
        expect(told.at(-1)?.attributes['lk.transcription_final']).toBe('true')
      }, WAIT)
    }
  }, 180_000)

  test('two people at once are two people', async () => {
    const [cake, music] = [
      'The cake comes from the bakery at the corner.',
      'The music begins at seven in the evening.',
    ]
    await Promise.all([say('ann', cake), say('ben', music)])
    await heard('ann', cake)
    await heard('ben', music)
  }, 120_000)

  test('a question by voice is answered by voice and by text', async () => {
    await speaker('ben').loudest()
    const from = events.length
    await say('ann', 'Aura, what is the budget for the garden party?')
    await vi.waitFor(async () => expect(await speaker('ben').loudest()).toBeGreaterThan(0.02), WAIT)
    const said = await vi.waitFor(() => {
      const found = since(from).find(
        (event) => event.type === 'talkback.said' && event.data.citations !== undefined,
      )
      if (found?.type !== 'talkback.said') throw new Error(`nothing was said: ${whatWasHeard()}`)
      return found
    }, WAIT)
    const { seq } = await heard('ann', BUDGET)
    expect(said.data.voice).toBe(true)
    expect(said.data.citations).toContain(seq)
    await vi.waitFor(async () => {
      const told = (await speaker('cat').received()).filter(
        ({ topic, sender }) => topic === 'lk.transcription' && sender.startsWith('aura-'),
      )
      expect(told.map(({ text }) => text)).toContain(said.data.text)
    }, WAIT)
    // what the agent says is in the log once: nobody transcribed it
    expect(finals().filter(({ actor }) => actor.kind === 'agent')).toEqual([])
  }, 120_000)

  test('the summary holds what was said', async () => {
    const said = [await heard('ann', BUDGET), await heard('ben', TENT)]
    const seqs = said.map(({ seq }) => seq)
    await vi.waitFor(() => {
      const { key_points = [], decisions = [], action_items = [] } = room.state.summary ?? {}
      const evidence = [...key_points, ...decisions, ...action_items].flatMap((one) => one.evidence)
      expect(evidence).toEqual(expect.arrayContaining(seqs))
    }, WAIT)
  }, 90_000)

  test('abuse mutes: also after a reload', async () => {
    await say('cat', 'I am going to kill you.')
    await vi.waitFor(() => {
      const acted = events.find((event) => event.type === 'moderation.acted')
      expect(acted).toMatchObject({ data: { target: idOf('cat'), action: 'mute' } })
    }, WAIT)
    await vi.waitFor(async () => expect(await speaker('cat').publishes()).toBe(false), WAIT)

    await speaker('cat').leave()
    people.cat = await join('cat')
    const from = events.length
    await say('cat', 'Nobody should read this sentence about penguins.')
    // somebody else is heard afterwards, so that it is known that cat was not
    const weather = 'The weather will be fine on Saturday.'
    await say('ben', weather)
    await heard('ben', weather, from)
    const finals = since(from).filter(({ type }) => type === 'transcript.final')
    expect(finals.map(({ actor }) => actor.id)).not.toContain(idOf('cat'))
  }, 120_000)

  test('who was removed and comes back with a fresh token is out at once, without a word', async () => {
    await room.act(idOf('cat'), 'remove', { reason: 'threats' })
    await vi.waitFor(async () => expect(await speaker('cat').disconnected()).toBeDefined(), WAIT)

    const back = await join('cat').catch(() => undefined)
    if (back) {
      await vi.waitFor(async () => expect(await back.disconnected()).toBeDefined(), WAIT)
      expect(await back.stayed()).toBeLessThan(300)
      await back.leave()
    }
    expect(
      since(0).filter(
        ({ type, actor }) => type === 'participant.joined' && actor.id === idOf('cat'),
      ).length,
    ).toBe(0)
  }, 90_000)

  test('who is restored speaks again', async () => {
    await room.act(idOf('cat'), 'restore', { reason: 'they are sorry' })
    people.cat = await join('cat')
    const lemonade = 'I am sorry, and I will bring the lemonade.'
    await say('cat', lemonade)
    await heard('cat', lemonade)
  }, 90_000)

  test('the log over REST is the log that was shown, without a gap', async () => {
    const log = await readLog(hub.url, await hub.token('local'), ROOM)
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
  })
})

async function join(name: string): Promise<Speaker> {
  return joinSpeaker(browser, livekit.url, await livekit.token(ROOM, name, { name }))
}

function speaker(name: string): Speaker {
  const found = people[name]
  if (!found) throw new Error(`${name} is not here`)
  return found
}

async function say(name: string, text: string): Promise<void> {
  await speaker(name).say(await spoken(text, VOICES[name]))
}

const idOf = (name: string) => `lk:${ROOM}:${name}`

function since(index: number): RoomEvent[] {
  return events
    .slice(index)
    .filter((event): event is RoomEvent => 'seq' in event && 'data' in event)
}

function finals(): RoomEventOf<'transcript.final'>[] {
  return since(0).filter((event) => event.type === 'transcript.final')
}

const whatWasHeard = () =>
  JSON.stringify(finals().map(({ actor, data }) => [actor.name, data.text]))

/** What this person said, as it was understood: no transcriber gets every word right. */
function heard(name: string, text: string, from = 0): Promise<RoomEventOf<'transcript.final'>> {
  return vi.waitFor(() => {
    const found = since(from).find((event) => {
      if (event.type !== 'transcript.final' || event.actor.id !== idOf(name)) return false
      const { errors, words } = wordErrors(text, event.data.text)
      return errors <= words / 2
    })
    if (found?.type !== 'transcript.final')
      throw new Error(`${name} was not heard: ${whatWasHeard()}`)
    return found
  }, WAIT)
}
