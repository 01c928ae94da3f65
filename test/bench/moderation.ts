import { createModerator } from '../../agents/brain/moderation/index.ts'
import { type Bench, ms, percentile, type Row, ratio } from './bench.ts'
import { corpus } from './corpus.ts'

/** How long the local cascade takes to judge one turn, beside one plain list of words. */
export const name = 'moderation'

/** What a list of words costs: the least that anyone does. */
const LIST =
  /\b(?:idiot|moron|stupid|loser|bitch|bastard|kill|hurt|shoot|die|hate|trash|scum|whore|shut up)\b/i

export async function run({ say }: Bench): Promise<Row[]> {
  const { name: set, meetings } = corpus()
  const texts = meetings.flatMap(({ turns }) => turns)
  say(`${texts.length} turns of ${meetings.length} meetings (${set})`)
  const moderator = createModerator()
  let at = 0
  let found = 0
  const judge = ({ speaker, text }: { speaker: string; text: string }) => {
    at += 5_000
    if (moderator.judge({ text, speaker: { id: speaker }, at, kind: 'final' }).flagged) found += 1
  }
  const list = ({ text }: { text: string }) => {
    if (LIST.test(text)) found += 1
  }
  const each = (decide: (turn: { speaker: string; text: string }) => void) => {
    for (const turn of texts.slice(0, 500)) decide(turn)
    return texts.map((turn) => {
      const from = performance.now()
      decide(turn)
      return performance.now() - from
    })
  }
  const ours = each(judge)
  const baseline = each(list)
  say(`(${found} flagged by both together)`)
  const row = (what: string, share: number, bound?: string): Row => {
    const [a, b] = [percentile(ours, share), percentile(baseline, share)]
    return {
      what,
      ours: ms(a),
      baseline: ms(b),
      compared: ratio(a, b),
      ...(bound === undefined ? {} : { bound }),
    }
  }
  return [row('decision p50', 0.5), row('decision p99', 0.99, '< 5 ms')]
}
