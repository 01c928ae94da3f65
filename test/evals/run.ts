/*
 * `npm run eval [name ...]`: measures how good the built-in brain is and prints tables. Real sets are read from
 * AURALINK_EVAL_DATA (default ../shared/data); without them the synthetic meetings under test/corpus carry the evals.
 */
import * as answers from './answers.ts'
import type { Eval } from './eval.ts'
import * as moderation from './moderation.ts'
import * as outcomes from './outcomes.ts'
import * as retrieval from './retrieval.ts'
import * as speech from './speech.ts'
import * as summary from './summary.ts'
import * as vad from './vad.ts'

const all: Eval[] = [retrieval, answers, summary, outcomes, moderation, vad, speech]
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !all.some((e) => e.name === name))
if (unknown.length > 0) {
  console.error(
    `No such eval: ${unknown.join(', ')}. There are: ${all.map((e) => e.name).join(', ')}`,
  )
  process.exit(1)
}
for (const one of all.filter((e) => wanted.length === 0 || wanted.includes(e.name))) await one.run()
