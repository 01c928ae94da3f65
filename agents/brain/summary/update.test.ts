import { describe, expect, it } from 'vitest'
import { asTurns, syntheticMeetings } from '../../../test/evals/corpus.ts'
import { turnsOf } from '../fixture.ts'
import type { Turn } from '../turn.ts'
import { briefSummary, catchUp, emptySummary, renderSummary, updateSummary } from './index.ts'

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

/** A long meeting: the synthetic ones over and over, with words that are new each time. */
function long(count: number, word = (i: number) => `topic${i}`): Turn[] {
  const base = syntheticMeetings().flatMap((m) => asTurns(m))
  return Array.from({ length: count }, (_, i) => {
    const turn = base[i % base.length] as Turn
    return { ...turn, seq: i + 1, at: i * 5_000, text: `${turn.text} ${word(i)}` }
  })
}

function batches(turns: readonly Turn[], size: number) {
  let state = emptySummary()
  for (let i = 0; i < turns.length; i += size)
    state = updateSummary(state, turns.slice(i, i + size))
  return state
}

describe('the rolling summary', () => {
  it('is the same however the turns were batched', () => {
    const turns = long(300)
    expect(batches(turns, 7)).toEqual(batches(turns, 300))
  })

  it('changes nothing that it is given, and survives JSON', () => {
    const turns = long(60)
    const first = updateSummary(emptySummary(), turns.slice(0, 40))
    const frozen = JSON.stringify(first)
    const next = updateSummary(first, turns.slice(40))
    expect(JSON.stringify(first)).toBe(frozen)
    expect(updateSummary(JSON.parse(frozen), turns.slice(40))).toEqual(next)
  })

  it('counts a batch that comes twice once', () => {
    const turns = long(30)
    const state = updateSummary(emptySummary(), turns)
    expect(updateSummary(state, turns)).toBe(state)
  })

  it('reads every new turn, and no old one', () => {
    let reads = 0
    const counted = long(200).map((turn) => ({
      ...turn,
      get text() {
        reads++
        return turn.text
      },
    }))
    const state = updateSummary(emptySummary(), counted.slice(0, 190))
    const perTurn = reads / 190
    reads = 0
    updateSummary(state, counted)
    expect(reads).toBe(perTurn * 10)
  })

  it.each([
    ['English', (i: number) => `topic${i}`],
    ['long words', (i: number) => `${'x'.repeat(200)}${i} `.repeat(20)],
    [
      'three bytes a letter',
      (i: number) => `会議${String.fromCodePoint(0x4e00 + (i % 9000))}室で決定した、`.repeat(30),
    ],
  ])(
    'stays under 32 KB: %s',
    (_, word) => {
      const turns = long(1_500, word)
      let state = emptySummary()
      let largest = 0
      for (let i = 0; i < turns.length; i += 11) {
        state = updateSummary(state, turns.slice(i, i + 11))
        largest = Math.max(largest, bytes(state))
      }
      expect(largest).toBeLessThan(32 * 1024)
      expect(state.upto).toBe(1_500)
    },
    30_000,
  )

  it('counts words that every object inherits like any other', () => {
    const said = 'The constructor of the class calls the constructor of its parent.'
    const state = batches(turnsOf(Array.from({ length: 40 }, () => `Ann: ${said}`)), 10)
    expect(state.terms.constructor).toEqual([80, 'constructor'])
    expect(renderSummary(state).topics[0]?.text).toMatch(/^Constructor/)
  })

  it('cites turns that exist, oldest to newest, all over the meeting', () => {
    const state = batches(long(420), 10)
    const { key_points, decisions, action_items, topics } = renderSummary(state)
    for (const item of [...key_points, ...decisions, ...action_items, ...topics]) {
      expect(item.evidence.length).toBeGreaterThan(0)
      expect(item.evidence.every((seq) => seq >= 1 && seq <= 420)).toBe(true)
    }
    const places = key_points.map((k) => k.evidence[0] ?? 0)
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })

  it('quotes key points from the turn that they cite', () => {
    const turns = turnsOf([
      'Ann: The gateway certificate expired and the heating of forty greenhouses stopped.',
      'Bob: Yeah.',
      'Ann: So the orchids near the gateway got colder than ten degrees.',
    ])
    const { key_points } = renderSummary(updateSummary(emptySummary(), turns))
    expect(key_points.length).toBe(2)
    for (const point of key_points) {
      const turn = turns.find((t) => t.seq === point.evidence[0])
      expect(turn?.text.toLowerCase()).toContain(point.text.replace('Ann: ', '').toLowerCase())
    }
  })

  it('has a point once, however often it is made, and no social noise', () => {
    const point = 'The server ran out of disk space last night and the backups failed'
    const turns = turnsOf([
      'Ann: Good morning everyone, I hope you all had a lovely weekend with the family.',
      `Ann: ${point}.`,
      `Bob: So, ${point.toLowerCase()}?`,
      `Bob: ${point}!`,
      'Ann: The server ran out of the disk space last night, and backups failed.',
    ])
    const { key_points } = renderSummary(updateSummary(emptySummary(), turns))
    expect(key_points).toEqual([{ text: `Ann: ${point}.`, who: 'Ann', evidence: [2] }])
  })

  it('calls who was spoken of before they spoke as the room shows them', () => {
    const turns = turnsOf(['Ann: Bob will send the contract by Friday.', 'Bob Tanaka: I will.'])
    const { action_items } = renderSummary(updateSummary(emptySummary(), turns))
    expect(action_items).toMatchObject([
      { who: 'Bob Tanaka', text: 'Bob Tanaka will send the contract by Friday' },
    ])
  })

  it.each([
    [[]],
    [['Ann: Hi.']],
    [['Ann: ']],
    [[`Ann: ${'very long speech about budgets '.repeat(2_000)}`]],
  ])('can be rendered from next to nothing', (lines) => {
    const state = updateSummary(emptySummary(), turnsOf(lines))
    expect(state.upto).toBe(lines.length)
    expect(bytes(renderSummary(state))).toBeLessThan(32 * 1024)
    expect(briefSummary(state, 50).split(/\s+/).length).toBeLessThan(60)
    expect(catchUp(state, { name: 'Bob' }).lines.length).toBeLessThanOrEqual(5)
  })

  it('is no longer than asked, when told to be brief', () => {
    const state = batches(long(420), 10)
    for (const size of [30, 80, 150])
      expect(briefSummary(state, size).split(/\s+/).length).toBeLessThanOrEqual(size + 4)
  })
})

describe('catching up', () => {
  const [meeting] = syntheticMeetings().filter((m) => m.id === 'synthetic-release')
  const state = batches(meeting ? asTurns(meeting) : [], 10)

  it('says in five lines at most what was decided and what is for one', () => {
    const { lines, evidence } = catchUp(state, { name: 'Bob Tanaka' })
    expect(lines.length).toBeLessThanOrEqual(5)
    expect(lines.join('\n')).toMatch(/Decided: .*five percent/)
    expect(lines.join('\n')).toMatch(/For you: .*translators/)
    expect(evidence.length).toBeGreaterThan(0)
  })

  it('tells only what is new since', () => {
    const { lines, evidence } = catchUp(state, { since: 70, name: 'Bob Tanaka' })
    expect(lines.join('\n')).not.toContain('five percent')
    expect(Math.max(...evidence)).toBeGreaterThan(70)
    expect(catchUp(state, { since: state.upto, name: 'Bob Tanaka' })).toEqual({
      lines: [],
      evidence: [],
    })
  })

  it('tells first what concerns the one who comes, then what was decided, is open, and is talked about', () => {
    const turns = turnsOf([
      'Ann: The heating of the greenhouse failed last night because of a valve.',
      "Bob: I'll order a new valve by Friday.",
      'Ann: We decided to keep the orchids in the north house.',
      'Bob: It is still open who pays for the damaged orchids.',
      'Cleo: The insurance asks for photos of the orchids in the greenhouse.',
      'Ann: Cleo, can you send the photos to the insurance by Monday?',
      'Cleo: Sure.',
      'Bob: The photos of the greenhouse are on my camera.',
    ])
    const { lines, evidence } = catchUp(updateSummary(emptySummary(), turns), {
      name: 'Cleo',
    })
    expect(lines).toEqual([
      'For you: Cleo will send the photos to the insurance by Monday.',
      'Decided: We decided to keep the orchids in the north house.',
      'Open: Bob: "It is still open who pays for the damaged orchids."',
      expect.stringMatching(/^Now: .*orchids/),
      'To do: Bob will order a new valve by Friday.',
    ])
    for (const seq of [2, 3, 4, 6]) expect(evidence).toContain(seq)
  })

  it('tells what one is being asked, and a question that nobody has answered yet', () => {
    const turns = turnsOf([
      'Ann: The insurance asks for photos of the orchids.',
      'Cleo: I have none.',
      'Ann: How much did the orchids cost us last year?',
      'Bob: Hm.',
      'Ann: Bob, could you send the invoices to the insurance?',
    ])
    const state = updateSummary(emptySummary(), turns)
    expect(catchUp(state, { name: 'Bob' }).lines.join('\n')).toMatch(
      /^For you: Ann asks you to send the invoices to the insurance/,
    )
    expect(catchUp(state, { name: 'Zoe' }).lines.join('\n')).toMatch(/Open: Ann: "Bob, could you/)
  })

  it('has no open point any more once it is decided', () => {
    const lines = [
      'Ann: We still have to decide on the colour of the posters.',
      'Bob: We decided to print the posters in blue colour.',
    ]
    const state = updateSummary(emptySummary(), turnsOf(lines))
    expect(catchUp(state, { name: 'Zoe' }).lines.join('\n')).not.toContain('Open')
  })

  it('has short lines only', () => {
    const long = `word${'s and more words'.repeat(60)}`
    const turns = turnsOf([
      `Ann: We decided ${long}.`,
      `Bob: I'll write ${long}.`,
      `Ann: It is still open ${long}.`,
    ])
    const { lines } = catchUp(updateSummary(emptySummary(), turns), { name: 'Bob' })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200)
  })

  it('has nothing to tell of an empty room', () => {
    expect(catchUp(emptySummary(), { name: 'Bob' })).toEqual({ lines: [], evidence: [] })
  })
})
