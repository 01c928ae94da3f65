import { expect, test } from 'vitest'
import { type Checker, createChecker, type SeenEvent } from './checker.ts'

const said = (seq: number, text = `line ${seq}`, id = `e${seq}`): SeenEvent => ({
  seq,
  id,
  epoch: 7,
  type: 'transcript.final',
  data: { text },
})
const log = (...texts: string[]) => texts.map((text, i) => said(i + 1, text))
const anew = { epoch: 7, recovered: false, events: [] }

/** What the checker says of a run. */
function judge(run: (checker: Checker) => void, final: SeenEvent[] = log('line 1', 'line 2')) {
  const checker = createChecker('test')
  run(checker)
  return checker.violations(final).join('\n')
}

test('a run that keeps every promise is in order', () => {
  const run = (checker: Checker) => {
    checker.joined('eve', undefined, { ...anew, seq: 0 })
    checker.sent('ana', 'line 1').ok(1)
    checker.live('eve', said(1))
    checker.live('eve', { epoch: 7, type: 'transcript.partial', data: { text: 'li' } })
    checker.sent('ana', 'line 2').unknown()
    checker.joined('eve', { epoch: 7, seq: 1 }, { ...anew, seq: 2, recovered: true, more: true })
    checker.paged('eve', [said(2)])
    checker.sent('ana', 'line 3').refused('muted')
    checker.sent('ana', 'line 2').ok(2)
  }
  expect(judge(run)).toBe('')
  expect(() => createChecker(1).verify(log('line 1'))).not.toThrow()
})

test.each<[string, (checker: Checker) => void, SeenEvent[]?]>([
  ['was acked and is lost', (c) => c.sent('ana', 'line 9').ok()],
  ['is in the log 2 times', (c) => c.sent('ana', 'line 1').unknown(), log('line 1', 'line 1')],
  ['was refused and is in the log', (c) => c.sent('ana', 'line 1').refused('muted')],
  ['was acked at 2 and is at 1', (c) => c.sent('ana', 'line 1').ok(2)],
  [
    'acked at 1 and again at 2',
    (c) => {
      c.sent('ana', 'line 1').ok(1)
      c.sent('ana', 'line 1').ok(2)
    },
  ],
  [
    'has a gap: seq 2 after 0',
    (c) => {
      c.joined('eve', undefined, { ...anew, seq: 0 })
      c.live('eve', said(2))
    },
  ],
  [
    'got seq 1 again, after 1',
    (c) => {
      c.joined('eve', undefined, { ...anew, seq: 0 })
      c.live('eve', said(1))
      c.live('eve', said(1))
    },
  ],
  [
    'got an event before its join was acked',
    (c) => {
      c.joined('eve', undefined, { ...anew, seq: 0 })
      c.connected('eve')
      c.live('eve', said(1))
    },
  ],
  [
    'resumed with seq 2 after 0',
    (c) => {
      const events = [said(2)]
      c.joined('eve', { epoch: 7, seq: 0 }, { ...anew, seq: 2, recovered: true, events })
    },
  ],
  [
    'resumed up to 0, the ack says 2',
    (c) => c.joined('eve', { epoch: 7, seq: 0 }, { ...anew, seq: 2, recovered: true }),
  ],
  [
    'never caught up: 0 of 2',
    (c) => c.joined('eve', { epoch: 7, seq: 0 }, { ...anew, seq: 2, recovered: true, more: true }),
  ],
  [
    '"recovered" over another epoch',
    (c) => c.joined('eve', { epoch: 6, seq: 2 }, { ...anew, seq: 2, recovered: true }),
  ],
  [
    'which the log has not',
    (c) => {
      c.joined('eve', undefined, { ...anew, seq: 2 })
      c.live('eve', said(3))
    },
  ],
  [
    'what the log does not have there',
    (c) => {
      c.joined('eve', undefined, { ...anew, seq: 0 })
      c.live('eve', said(1, 'line 1', 'another'))
    },
  ],
  [
    'was one event for eve, another for sam',
    (c) => {
      for (const reader of ['eve', 'sam']) {
        c.joined(reader, undefined, { ...anew, seq: 0 })
        c.live(reader, said(1, 'line 1', reader))
      }
    },
  ],
  ['seq 3 in place of 2', () => {}, [said(1), said(3)]],
  ['e1 twice', () => {}, [said(1), said(2, 'line 2', 'e1')]],
  ['changes its epoch at 2', () => {}, [said(1), { ...said(2), epoch: 8 }]],
])('finds: %s', (what, run, final) => {
  expect(judge(run, final)).toContain(what)
})

test('says what led to it, and the seed', () => {
  const checker = createChecker(42)
  checker.sent('ben', 'something else').refused('muted')
  checker.sent('ana', 'line 9').ok(9)
  const verify = () => checker.verify(log('line 1'))
  expect(verify).toThrow('seed 42')
  expect(verify).toThrow('ana: sends "line 9"\n    ana: "line 9" acked at 9')
  expect(verify).not.toThrow('something else')
})
