import { describe, expect, it } from 'vitest'
import { turnsOf } from './fixture.ts'
import { createTranscriptIndex } from './transcript-index.ts'
import type { Turn } from './turn.ts'

function indexOf(turns: readonly Turn[]) {
  const index = createTranscriptIndex()
  for (const turn of turns) index.add(turn)
  return index
}

const small = (i: number) => `Ann: We go on with point ${i} and the usual remarks.`
/** Eighty turns of small talk with two places that matter. */
function meeting(): Turn[] {
  const lines = Array.from({ length: 80 }, (_, i) => small(i))
  lines[20] = 'Bob: The battery of the sensor dies in the cold.'
  lines[60] = 'Cleo: The battery is fine by me, I like the sensor.'
  return turnsOf(lines)
}

describe('a transcript index', () => {
  it('finds the turns that speak of it, as windows of consecutive turns', () => {
    const [first] = indexOf(meeting()).search('What is wrong with the battery in the cold?')
    expect(first?.seqs).toContain(21)
    const seqs = first?.seqs ?? []
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))
  })

  it('gives windows that do not overlap', () => {
    const windows = indexOf(meeting()).search('battery sensor remarks', { limit: 5 })
    const seqs = windows.flatMap((w) => w.seqs)
    expect(windows.length).toBe(5)
    expect(new Set(seqs).size).toBe(seqs.length)
  })

  it.each([
    ['Bob', 21],
    ['Cleo', 61],
  ])('prefers what %s said when the question names them', (name, seq) => {
    const [first] = indexOf(meeting()).search(
      `What did ${name} think about the battery of the sensor?`,
    )
    expect(first?.seqs).toContain(seq)
  })

  it('does not take a topic for a speaker of that name', () => {
    const index = indexOf(turnsOf(['Marketing: Hello.', 'Bob: The marketing plan is late.']))
    expect(index.parse('What is the marketing plan?').speakers).toEqual([])
    expect(index.parse('What did Marketing say?').speakers).toEqual(['marketing'])
  })

  it('names nobody by a part of a name that two share', () => {
    const index = indexOf(turnsOf(['Grad A: Hello.', 'Grad B: Hi.']))
    expect(index.parse('What did Grad think?').speakers).toEqual([])
    expect(index.parse('What did B think about a plan?').speakers).toEqual(['grad b'])
  })

  it.each([
    ['at the end', 61],
    ['at the beginning', 21],
  ])('follows "%s"', (cue, seq) => {
    const turns = meeting().filter((t) => t.seq >= 15 && t.seq <= 68)
    const [first] = indexOf(turns).search(`What was said about the sensor ${cue}?`)
    expect(first?.seqs).toContain(seq)
  })

  it('keeps to the last minutes when asked for them', () => {
    const windows = indexOf(meeting()).search(
      'What was said in the last two minutes about the sensor?',
    )
    expect(windows.length).toBeGreaterThan(0)
    expect(Math.min(...windows.flatMap((w) => w.seqs))).toBeGreaterThan(80 - 24 - 8)
  })

  it('takes a turn once, whatever is replayed', () => {
    const index = indexOf([...meeting(), ...meeting()])
    expect(index.size).toBe(80)
  })

  it('finds what was added since', () => {
    const index = indexOf(meeting())
    expect(index.search('giraffe')).toEqual([])
    index.add({ seq: 81, at: 0, speaker: { id: 'd', name: 'D' }, text: 'A giraffe!' })
    expect(index.search('giraffe')[0]?.seqs).toContain(81)
  })

  it('reads a turn once when it is added, and no other turn', () => {
    const reads = new Map<number, number>()
    const index = createTranscriptIndex()
    const add = (turn: Turn) => {
      index.add({
        ...turn,
        get text() {
          reads.set(turn.seq, (reads.get(turn.seq) ?? 0) + 1)
          return turn.text
        },
      })
    }
    for (const turn of meeting()) add(turn)
    expect([...reads.values()].every((n) => n === 1)).toBe(true)
  })

  it('finds a forgotten turn no more, and all others as if it had never been said', () => {
    const index = indexOf(meeting())
    index.forget(21)
    index.forget(21)
    expect(index.turn(21)).toBeUndefined()
    expect(index.share('cold')).toBe(0)
    expect(index.parse('What did Bob say?').speakers).toEqual([])
    const quiet = meeting().map((turn) => (turn.seq === 21 ? { ...turn, text: '' } : turn))
    for (const question of ['battery in the cold', 'usual remarks', 'sensor', 'point 20'])
      expect(index.search(question).map(({ turns }) => turns)).toEqual(
        indexOf(quiet)
          .search(question)
          .map(({ turns }) => turns.filter(({ seq }) => seq !== 21)),
      )
  })

  it('is empty before anybody spoke, and works with one turn, a huge turn and other scripts', () => {
    expect(createTranscriptIndex().search('anything')).toEqual([])
    expect(indexOf(turnsOf(['A: budget'])).search('budget?')[0]?.seqs).toEqual([1])
    expect(
      indexOf(turnsOf([`A: ${'word '.repeat(20_000)} needle`])).search('needle')[0]?.seqs,
    ).toEqual([1])
    const mixed = indexOf(
      turnsOf(['美: 会議は金曜日に延期されました', 'И: Бюджет увеличен вдвое', 'ع: الميزانية']),
    )
    expect(mixed.search('金曜日')[0]?.seqs).toContain(1)
    expect(mixed.search('бюджет')[0]?.seqs).toContain(2)
  })

  it('finds nothing for a question of marks', () => {
    expect(indexOf(meeting()).search('?!')).toEqual([])
  })
})
