import { Writable } from 'node:stream'
import pino from 'pino'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { HubError } from '#protocol'
import type { Hearing, Microphone, Speech, Synthesizer } from '#rooms'
import { openSynthesizer } from '#rooms/speech/synthesizers'
import { createFakeClock, type FakeClock } from '../support/clock.ts'
import { quiet, useDatabase } from '../support/postgres.ts'
import { enter, MEETING, type NodeOptions, startNode, type TestNode, type Visitor } from './node.ts'

const database = useDatabase()
const synthesizer = openSynthesizer({ log: quiet })
afterAll(() => synthesizer.stop())

/** Speech whose words and voices the test says itself: what is done about them is what it is about. */
function byHand() {
  const told: Hearing[] = []
  const speech: Speech = {
    listen(_, hearing) {
      told.push(hearing)
      return { write() {}, cut() {}, end: async () => {} }
    },
    backlogMs: () => 0,
    stop: async () => {},
  }
  return { speech, told }
}

let node: TestNode
let clock: FakeClock
afterEach(() => node.stop())

interface Talker extends Visitor {
  microphone: Microphone
  /** Is heard to speak, or no longer. */
  voice(on: boolean): void
  /** What the transcriber made of it. */
  utters(text: string, times?: { from?: number; to?: number }): void
}

/** Alice and Bob talk by their sockets, Carol reads; there was a meeting to ask about. */
async function meeting(name: string, options: NodeOptions = {}) {
  clock = createFakeClock()
  const { speech, told } = byHand()
  node = await startNode(database.db, { clock, speech, synthesizer, ...options })
  const talker = async (userId: string, rights: ('join' | 'moderate')[]): Promise<Talker> => {
    const visitor = await enter(node, name, userId, rights)
    const microphone = visitor.room.openMicrophone(visitor.principal, {
      sampleRate: 16_000,
      local: true,
    })
    const hearing = told.at(-1)
    if (!hearing) throw new Error('nobody listens')
    let segments = 0
    return {
      ...visitor,
      microphone,
      voice: hearing.speaking,
      utters: (text, { from = clock.now(), to = clock.now() } = {}) =>
        hearing.final({ segment: `SG_${userId}${segments++}`, text, from, to }),
    }
  }
  const alice = await talker('alice', ['moderate'])
  // the questions are what this is about; it waits for the agents, too
  await node.agents.configure(alice.room, alice.principal, 'auto_join', { enabled: false })
  const bob = await talker('bob', ['join'])
  const carol = await enter(node, name, 'carol')
  for (const [who, text] of MEETING)
    await (who === 'alice' ? alice : who === 'bob' ? bob : carol).says(text)
  return { alice, bob, carol, room: alice.room }
}

/** Lets time pass in small steps until something is there, and the database and the voice have time for theirs. */
async function passUntil(there: () => unknown, stepMs = 20): Promise<void> {
  const giveUp = Date.now() + 20_000
  while (!there()) {
    if (Date.now() > giveUp) throw new Error('never came')
    await clock.advance(stepMs)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const sound = () => node.allEphemeral('talkback.audio')
const soundMs = () =>
  sound().reduce((ms, { data }) => ms + (data.pcm.byteLength / 2 / data.sample_rate) * 1_000, 0)
const answers = () => node.all('talkback.said').filter(({ data }) => data.agent === 'agent:qa')
const states = () => node.allEphemeral('agent.state').filter((e) => e.data.agent === 'agent:qa')
const QUESTION = 'What did we decide about the launch, and who does what until then?'

describe('an answer in a room with open microphones', () => {
  it('is heard while it is read, no faster than it is said, and is in the log once it is over', async () => {
    const { bob } = await meeting('aloud')
    const { run } = await bob.asks(QUESTION)
    await node.until(() => sound().length > 0, 'sound', 20_000)
    const begun = clock.now()
    let most = 0
    await passUntil(() => {
      most = Math.max(most, soundMs() - (clock.now() - begun))
      return answers().length > 0
    })
    const [said] = answers()
    expect(said?.data).toMatchObject({ run, voice: true })
    expect(said?.data).not.toHaveProperty('interrupted')
    expect(most).toBeLessThanOrEqual(500)
    // fifteen letters a second, about
    expect(soundMs()).toBeGreaterThan((said?.data.text.length ?? 0) * 30)
    // the log has it when the sound is over, not before
    expect((said?.at ?? 0) - begun).toBeGreaterThanOrEqual(Math.floor(soundMs()))
    expect(sound().map(({ data }) => data.index)).toEqual(sound().map((_, index) => index))
    expect(sound().every(({ data }) => data.pcm.byteLength <= 16_000 * 2 * 0.2)).toBe(true)
    expect(sound()[0]?.data).toMatchObject({ run, agent: 'agent:qa', sample_rate: 16_000 })
    // the words do not wait for the voice
    const shown = node.allEphemeral('talkback.delta').filter(({ data }) => data.run === run)
    expect(shown.at(-1)?.data.text).toBe(said?.data.text)
    await passUntil(() => states().at(-1)?.data.state === 'listening')
    expect(
      states()
        .slice(-3)
        .map(({ data }) => data.state),
    ).toEqual(['thinking', 'speaking', 'listening'])
  })

  it('stays text where it is private, where the room wants it so, and where nobody talks', async () => {
    const { alice, bob, room } = await meeting('text')
    expect(room.hearsVoice()).toBe(true)
    await node.agents.configure(room, alice.principal, 'auto_join', { enabled: true })
    await enter(node, room.name, 'dave')
    const greetings = () =>
      node.all('talkback.said').filter(({ data }) => data.agent === 'agent:auto_join')
    await passUntil(() => greetings().some(({ data }) => data.text.includes('Dave')))
    expect(greetings().map(({ data }) => data.voice)).not.toContain(true)
    await alice.asks(QUESTION, true)
    await passUntil(() => answers().length === 1)
    await node.rooms.changeSettings(alice.principal, room.name, { voice: false })
    await bob.asks(QUESTION)
    await passUntil(() => answers().length === 2)
    await node.rooms.changeSettings(alice.principal, room.name, { voice: true })
    expect(room.hearsVoice()).toBe(true)
    await Promise.all([alice.microphone.end(), bob.microphone.end()])
    expect(room.hearsVoice()).toBe(false)
    await bob.asks(QUESTION)
    await passUntil(() => answers().length === 3)
    expect(answers().map(({ data }) => data.voice)).toEqual([false, false, false])
    expect(sound()).toEqual([])
  })

  it('waits for a pause before its first word, and stays text when there is none', async () => {
    const { alice, bob } = await meeting('pause')
    alice.voice(true)
    await bob.asks(QUESTION)
    await passUntil(() =>
      node.allEphemeral('talkback.delta').some((e) => e.data.agent === 'agent:qa'),
    )
    await clock.advance(2_000)
    expect(sound()).toEqual([])
    alice.voice(false)
    const quietAt = clock.now()
    await passUntil(() => sound().length > 0)
    expect((sound()[0]?.at ?? 0) - quietAt).toBeGreaterThanOrEqual(300)
    await passUntil(() => answers().length === 1)
    alice.voice(true)
    await bob.asks('Who books the venue?')
    await passUntil(() => answers().length === 2)
    expect(answers().map(({ data }) => data.voice)).toEqual([true, false])
  })

  it('is text alone when the voice fails, which the log of the hub says once', async () => {
    const lines: string[] = []
    const log = pino(
      { level: 'warn' },
      new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }),
    )
    const broken: Synthesizer = {
      name: 'broken',
      // biome-ignore lint/correctness/useYield: it fails before its first sound
      async *speak() {
        throw new HubError('provider_failed', 'The voice provider failed.')
      },
      stop: async () => {},
    }
    const { bob } = await meeting('broken', { synthesizer: broken, log })
    await bob.asks(QUESTION)
    await passUntil(() => answers().length === 1)
    await bob.asks(QUESTION)
    await passUntil(() => answers().length === 2)
    for (const { data } of answers()) expect(data).toMatchObject({ voice: false })
    expect(answers()[0]?.data.text).toContain('migration')
    expect(lines.filter((line) => line.includes('the voice failed'))).toHaveLength(1)
  })
})

describe('somebody who talks while an agent does', () => {
  /** The answer is heard for a while. */
  async function answering(name: string) {
    const people = await meeting(name)
    const { run } = await people.carol.asks(QUESTION)
    await node.until(() => sound().length > 0, 'sound', 20_000)
    await passUntil(() => soundMs() > 2_500)
    return { ...people, run }
  }
  const stops = () => node.allEphemeral('talkback.stop')

  it('stops it at the decision, and the log holds what was heard by then', async () => {
    const { bob, run } = await answering('barge')
    const shown = node.allEphemeral('talkback.delta').filter(({ data }) => data.run === run)
    const whole = shown.at(-1)?.data.text ?? ''
    const spokenAt = clock.now()
    const heardMs = soundMs()
    bob.voice(true)
    await passUntil(() => stops().length > 0, 10)
    expect(stops()[0]?.data).toEqual({ run })
    // 400 ms of voice, and what a short word's end takes to be told; nothing after the decision
    expect((stops()[0]?.at ?? 0) - spokenAt).toBe(450)
    const atStop = sound().length
    await passUntil(() => answers().length > 0)
    await clock.advance(3_000)
    expect(sound()).toHaveLength(atStop)
    const said = answers()[0]?.data
    expect(said).toMatchObject({ run, voice: true, interrupted: true })
    const text = said?.text ?? ''
    expect(whole.startsWith(text)).toBe(true)
    expect(whole.slice(text.length)).toMatch(/^\s/u)
    // within two words or so of what the clock says
    expect(text.length).toBeGreaterThan(((heardMs - 500) / 65) * 0.5)
    expect(text.length).toBeLessThan(((heardMs + 450) / 65) * 1.7)
    const finished = node.all('run.finished').find(({ data }) => data.run === run)
    expect(finished?.data).toMatchObject({ status: 'interrupted' })
    await passUntil(() => states().at(-1)?.data.state === 'listening')
    // the floor is free again
    bob.voice(false)
    await bob.asks('Who books the venue?')
    await passUntil(() => answers().length === 2)
    expect(answers()[1]?.data).toMatchObject({ voice: true })
  })

  it('does not stop it by agreeing, one after the other or again and again', async () => {
    const { alice, bob } = await answering('mhm')
    for (let times = 0; times < 4; times++) {
      bob.voice(true)
      await clock.advance(200)
      alice.voice(true)
      await clock.advance(200)
      bob.voice(false)
      await clock.advance(200)
      alice.voice(false)
      await clock.advance(200)
    }
    expect(stops()).toEqual([])
    await passUntil(() => answers().length > 0)
    expect(answers()[0]?.data).not.toHaveProperty('interrupted')
  })

  it('stops it when two talk at once, by the one who goes on', async () => {
    const { alice, bob } = await answering('two')
    bob.voice(true)
    await clock.advance(300)
    alice.voice(true)
    await clock.advance(100)
    bob.voice(false)
    await clock.advance(349)
    expect(stops()).toEqual([])
    await clock.advance(1)
    expect(stops()).toHaveLength(1)
  })

  it('does not stop it while muted', async () => {
    const { alice, bob } = await answering('muted')
    await alice.room.enforce({ target: 'bob', action: 'mute', reason: 'test', by: 'alice' })
    expect(alice.room.restricted()).toMatchObject([{ target: 'bob' }])
    bob.voice(true)
    await clock.advance(1_000)
    expect(stops()).toEqual([])
    await passUntil(() => answers().length > 0)
  })

  it('stops it by the button too, at once', async () => {
    const { carol, run } = await answering('button')
    const before = sound().length
    await node.agents.interrupt(carol.room, carol.principal, run)
    await clock.advance(2_000)
    expect(sound()).toHaveLength(before)
    expect(answers()[0]?.data).toMatchObject({ run, voice: true, interrupted: true })
  })
})

describe('somebody who asks by voice', () => {
  const asked = () =>
    node.all('run.started').flatMap(({ data }) => (data.question === undefined ? [] : [data]))

  it('is understood where the transcriber does not know the name, and where a pause comes after it', async () => {
    const { alice, bob, carol } = await meeting('asking')
    bob.utters('Or what did we decide about the launch?')
    await passUntil(() => answers().length === 1)
    expect(asked()[0]).toMatchObject({
      question: 'what did we decide about the launch?',
      asked_by: 'bob',
    })

    bob.utters('Aura.', { from: clock.now() - 600, to: clock.now() })
    // somebody else is not the one who called
    alice.utters('I have to go soon.')
    const from = clock.now() + 4_000
    await clock.advance(9_000)
    bob.utters('The old servers, until when are they on?', { from, to: from + 3_000 })
    await passUntil(() => answers().length === 2)
    expect(asked()[1]).toMatchObject({
      question: 'The old servers, until when are they on?',
      asked_by: 'bob',
    })

    bob.utters('Aura.')
    await clock.advance(6_000)
    bob.utters('Nobody said anything.')
    // typed words have to spell the name
    await carol.chats('Or what did we decide about the launch?')
    await carol.chats('Aura, who books the venue?')
    await passUntil(() => answers().length === 3)
    expect(asked().map(({ question }) => question)).toHaveLength(3)
    expect(asked()[2]).toMatchObject({ question: 'who books the venue?', asked_by: 'carol' })
  })
})
