/**
 * Trains the scorer and writes `weights.json`: `node --import tsx agents/brain/moderation/train.ts [DATA]`.
 *
 * DATA (or AURALINK_EVAL_DATA, or ../shared/data) holds the labelled sets that `sets.ts` names. Nothing of
 * them is kept but hashed weights. `npm run eval moderation` prints held-out figures of the same training.
 */
import { writeFileSync } from 'node:fs'
import { fitScorer, sample } from './fit.ts'
import { readSets } from './sets.ts'

const sets = readSets(process.argv[2] ?? process.env.AURALINK_EVAL_DATA ?? '../shared/data')
const trained = sets.flatMap(({ inTraining, examples }) => (inTraining ? examples : []))
const weights = fitScorer(sample(trained))
writeFileSync(new URL('weights.json', import.meta.url), `${JSON.stringify(weights, null, 2)}\n`)
for (const { name, inTraining, examples } of sets) {
  console.log(`${name}: ${inTraining ? `trained on ${examples.length}` : 'not trained on'}`)
}
