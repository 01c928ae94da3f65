import { afterEach, describe, expect, it } from 'vitest'
import { useDatabase } from '../support/postgres.ts'
import { enter, MEETING, startNode, type TestNode, type Visitor } from './node.ts'

const database = useDatabase()
let node: TestNode

afterEach(() => node.stop())

async function meet(name: string, people: Record<string, Visitor>) {
  const seqs: number[] = []
  for (const [who, text] of MEETING) {
    const visitor = people[who]
    if (!visitor) throw new Error(`${who} is not in ${name}`)
    const { seq } = await visitor.says(text)
    if (seq !== undefined) seqs.push(seq)
  }
  return seqs
}

async function three(name: string) {
  return {
    alice: await enter(node, name, 'alice', ['moderate']),
    bob: await enter(node, name, 'bob'),
    carol: await enter(node, name, 'carol'),
  }
}

describe('auto_join', () => {
  it('greets those who come together once, for everyone to read', async () => {
    node = await startNode(database.db, { agents: { greetingDelayMs: 300 } })
    await three('together')
    const said = await node.event('talkback.said')
    expect(said.to).toBeUndefined()
    expect(said.data.agent).toBe('agent:auto_join')
    for (const name of ['Alice', 'Bob', 'Carol']) expect(said.data.text).toContain(name)
    expect(node.all('run.started').map((e) => e.data.workflow)).toEqual(['auto_join'])
    expect((await node.event('run.finished')).data).toMatchObject({
      run: said.data.run,
      status: 'done',
    })
    const deltas = node.allEphemeral('talkback.delta').filter((e) => e.data.run === said.data.run)
    expect(deltas.length).toBeGreaterThan(0)
    expect(deltas.at(-1)?.data.text).toBe(said.data.text)
  })

  it('catches up who comes late in private, with evidence, and the others see none of it', async () => {
    node = await startNode(database.db)
    const people = await three('late')
    await node.event('talkback.said', (e) => e.to === undefined)
    const seqs = await meet('late', people)
    const dave = await enter(node, 'late', 'dave')
    const said = await node.event('talkback.said', (e) => e.to === 'dave')
    expect(said.data.text).toContain('Dave')
    expect(said.data.text).toMatch(/launch|migration/i)
    expect(said.data.citations?.length).toBeGreaterThan(0)
    for (const seq of said.data.citations ?? []) expect(seqs).toContain(seq)
    expect(dave.sees(said)).toBe('full')
    expect(people.bob.sees(said)).toBe('hidden')
    expect(people.alice.sees(said)).toBe('hidden')
    const run = said.data.run
    for (const event of node.events)
      if ((event.type === 'run.started' || event.type === 'run.finished') && event.data.run === run)
        expect(people.bob.sees(event)).toBe('hidden')
    for (const { data, to } of node.allEphemeral('talkback.delta'))
      if (data.run === run) expect(to).toBe('dave')
  })

  it('welcomes back who returns, with what was said since they left', async () => {
    node = await startNode(database.db)
    const { alice, bob } = await three('back')
    await alice.says('We talk about the colour of the logo first.')
    // leaving is recorded after a grace; being removed and let in again is recorded at once
    const away = { room: 'back', target: 'bob', reason: '' } as const
    await alice.room.act(alice.principal, { ...away, action: 'remove' })
    await node.event('participant.left', (e) => e.actor.id === 'bob')
    await alice.says('The logo becomes green, that is decided.')
    await alice.room.act(alice.principal, { ...away, action: 'restore' })
    await bob.join()
    const said = await node.event('talkback.said', (e) => e.to === 'bob')
    expect(said.data.text).toMatch(/^welcome back/i)
    expect(said.data.text).toMatch(/green/)
    expect(said.data.text).not.toMatch(/We talk about the colour/)
  })

  it('says nothing when it is off', async () => {
    node = await startNode(database.db)
    const alice = await enter(node, 'silent', 'alice', ['moderate'])
    await node.event('talkback.said')
    await node.agents.configure(alice.room, alice.principal, 'auto_join', { enabled: false })
    expect(alice.room.agents().map((a) => a.workflow)).not.toContain('auto_join')
    await enter(node, 'silent', 'bob')
    const { run } = await alice.asks('Who is here?')
    await node.event('run.finished', (e) => e.data.run === run)
    expect(
      node.all('talkback.said').filter((e) => e.data.agent === 'agent:auto_join'),
    ).toHaveLength(1)
  })
})

describe('summarization', () => {
  it('publishes a summary after 12 turns, and again when something new was said', async () => {
    node = await startNode(database.db)
    const people = await three('rolling')
    const seqs = await meet('rolling', people)
    const first = await node.event('summary.updated', (e) => e.data.upto === seqs.at(-1))
    expect(first.data.decisions.map((d) => d.text).join()).toMatch(/March/)
    expect(first.data.action_items.map((a) => a.who)).toEqual(
      expect.arrayContaining(['Bob', 'Carol']),
    )
    const { key_points, decisions, action_items } = first.data
    for (const item of [...key_points, ...decisions, ...action_items])
      for (const seq of item.evidence) expect(seqs).toContain(seq)
    const { seq } = await people.bob.says(
      'One thing more, the domain name costs forty euros a year.',
    )
    const next = await node.event('summary.updated', (e) => e.data.upto === seq)
    expect(next.data.version).toBeGreaterThan(first.data.version)
    expect(people.alice.room.summary()?.version).toBe(next.data.version)
  })

  it('never takes in what was said in private, nor abuse', async () => {
    node = await startNode(database.db)
    const { alice, bob } = await three('discreet')
    await alice.chats('The salary of Carol is ninety thousand zlotys.', 'bob')
    await bob.says('Carol, you are a worthless piece of shit.')
    await alice.says('The report on the harbour is due in April.')
    await node.event('summary.updated')
    const { run } = await alice.asks('What is the salary of Carol in zlotys?')
    const said = await node.event('talkback.said', (e) => e.data.run === run)
    expect(said.data.citations).toEqual([])
    const shown = JSON.stringify([...node.all('summary.updated'), said].map((e) => e.data))
    expect(shown).not.toMatch(/zlotys"|ninety|worthless/)
  })
})

describe('qa', () => {
  it('answers with citations that resolve, and says when it was not said', async () => {
    node = await startNode(database.db)
    const people = await three('answers')
    const seqs = await meet('answers', people)
    const { run } = await people.carol.asks('What is still with the lawyers?')
    const said = await node.event('talkback.said', (e) => e.data.run === run)
    expect(said.data.text).toContain('press release')
    expect(said.data.citations).toContain(seqs[4])
    expect(said.to).toBeUndefined()
    const none = await people.carol.asks('What is the name of the elephant in the zoo?')
    const unsaid = await node.event('talkback.said', (e) => e.data.run === none.run)
    expect(unsaid.data.citations).toEqual([])
    expect(unsaid.data.text).toMatch(/not/i)
    const started = node.events.findIndex((e) => e.type === 'run.started' && e.data.run === run)
    const finished = node.events.findIndex((e) => e.type === 'run.finished' && e.data.run === run)
    expect(started).toBeGreaterThan(-1)
    expect(finished).toBeGreaterThan(started)
  })

  it('shows what was asked to those who hear the answer, unless it is abuse', async () => {
    node = await startNode(database.db)
    const { bob } = await three('shown')
    const started = (run: string) =>
      node.event('run.started', (e) => e.data.run === run).then((event) => event.data)
    const polite = await bob.asks('When is the launch?')
    expect(await started(polite.run)).toMatchObject({
      question: 'When is the launch?',
      asked_by: 'bob',
    })
    const rude = await bob.asks('Carol, you are a worthless piece of shit. When will you leave?')
    expect(await started(rude.run)).not.toHaveProperty('question')
  })

  it('answers in private to the asker alone', async () => {
    node = await startNode(database.db)
    const people = await three('private')
    await meet('private', people)
    const { run } = await people.bob.asks('What did we decide about the launch?', true)
    const said = await node.event('talkback.said', (e) => e.data.run === run)
    expect(said.to).toBe('bob')
    expect(said.data.text).toMatch(/March/)
    for (const event of node.events)
      if ('run' in event.data && event.data.run === run)
        expect([event.type, people.alice.sees(event)]).toEqual([event.type, 'hidden'])
    for (const { data, to } of node.allEphemeral('talkback.delta'))
      if (data.run === run) expect(to).toBe('bob')
  })

  it('answers who calls it by name, and does not cite the question', async () => {
    node = await startNode(database.db)
    const people = await three('called')
    const seqs = await meet('called', people)
    const { seq } = await people.alice.says('Aura, what did we decide about the launch?')
    const said = await node.event('talkback.said', (e) => e.data.agent === 'agent:qa')
    expect(said.data.text).toMatch(/March/)
    expect(said.data.citations).not.toContain(seq)
    for (const cited of said.data.citations ?? []) expect(seqs).toContain(cited)
  })

  it('answers a private message to it in private', async () => {
    node = await startNode(database.db)
    const people = await three('whispered')
    await meet('whispered', people)
    await people.bob.chats('What did we decide about the launch?', 'agent:qa')
    const said = await node.event('talkback.said', (e) => e.data.agent === 'agent:qa')
    expect(said.to).toBe('bob')
    expect(said.data.text).toMatch(/March/)
  })

  it('refuses who is not there, who is muted, and every question when it is off', async () => {
    node = await startNode(database.db)
    const { alice, bob } = await three('refused')
    const outside = { ...bob.principal, userId: 'eve' }
    await expect(
      node.agents.ask(alice.room, outside, { question: 'Who is there?', private: false }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      node.agents.ask(alice.room, outside, { question: 'Who is there?', private: true }),
    ).resolves.toHaveProperty('run')
    await alice.room.act(alice.principal, {
      room: 'refused',
      target: 'bob',
      action: 'mute',
      reason: '',
    })
    await expect(bob.asks('Who is there?')).rejects.toMatchObject({ code: 'muted' })
    await expect(bob.asks('Who is there?', true)).resolves.toHaveProperty('run')
    await expect(
      node.agents.configure(alice.room, bob.principal, 'qa', { enabled: false }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await node.agents.configure(alice.room, alice.principal, 'qa', { enabled: false })
    await expect(alice.asks('Who is there?')).rejects.toMatchObject({ code: 'conflict' })
    expect(await node.agents.list(alice.room)).toContainEqual({
      workflow: 'qa',
      enabled: false,
      name: 'Aura',
    })
  })
})
