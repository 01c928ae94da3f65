import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { readCTranslate2, type Tensor } from './ctranslate2.ts'
import { writeGgml } from './ggml.ts'
import { melFilters } from './mel.ts'
import { readTokens } from './tokens.ts'

// some megabytes: a busy machine takes its time
vi.setConfig({ testTimeout: 30_000 })

const WIDTH = 64
const BANDS = 80
const WORDS = 50_256

const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer)
const text = (value: string) =>
  Buffer.concat([Buffer.from(Uint16Array.of(value.length + 1).buffer), Buffer.from(`${value}\0`)])

/** A file as CTranslate2 writes it, of numbers of 16 bits. */
function ctranslate2(tensors: Record<string, number[]>, kind = 'WhisperSpec'): Buffer {
  const parts = [u32(6), text(kind), u32(3), u32(Object.keys(tensors).length + 1)]
  for (const [name, shape] of Object.entries(tensors)) {
    const count = shape.reduce((all, size) => all * size, 1)
    // halves from 1 on, as they come
    const data = Uint16Array.from({ length: count }, (_, i) => 0x3c00 + (i % 512))
    parts.push(text(name), Buffer.of(shape.length), u32(...shape), Buffer.of(4))
    parts.push(u32(data.byteLength), Buffer.from(data.buffer))
  }
  parts.push(text('pre_norm'), Buffer.of(0), Buffer.of(1), u32(1), Buffer.of(1))
  parts.push(u32(1), text('decoder/projection/weight'), text('decoder/embeddings/weight'))
  return Buffer.concat(parts)
}

/** One layer to hear, one to write. */
function tiny(): Record<string, number[]> {
  const tensors: Record<string, number[]> = {
    'encoder/position_encodings/encodings': [20, WIDTH],
    'decoder/position_encodings/encodings': [10, WIDTH],
    'decoder/embeddings/weight': [WORDS + 1_608, WIDTH],
    'encoder/conv1/weight': [WIDTH, BANDS, 3],
    'encoder/conv1/bias': [WIDTH],
    'encoder/conv2/weight': [WIDTH, WIDTH, 3],
    'encoder/conv2/bias': [WIDTH],
  }
  const linear = (name: string, rows: number, columns: number) => {
    tensors[`${name}/weight`] = [rows, columns]
    tensors[`${name}/bias`] = [rows]
  }
  const norm = (name: string) => {
    tensors[`${name}/gamma`] = [WIDTH]
    tensors[`${name}/beta`] = [WIDTH]
  }
  for (const part of ['encoder', 'decoder']) {
    const layer = `${part}/layer_0`
    norm(`${part}/layer_norm`)
    for (const place of ['self_attention', 'ffn']) norm(`${layer}/${place}/layer_norm`)
    linear(`${layer}/self_attention/linear_0`, 3 * WIDTH, WIDTH)
    linear(`${layer}/self_attention/linear_1`, WIDTH, WIDTH)
    linear(`${layer}/ffn/linear_0`, 4 * WIDTH, WIDTH)
    linear(`${layer}/ffn/linear_1`, WIDTH, 4 * WIDTH)
  }
  norm('decoder/layer_0/attention/layer_norm')
  linear('decoder/layer_0/attention/linear_0', WIDTH, WIDTH)
  linear('decoder/layer_0/attention/linear_1', 2 * WIDTH, WIDTH)
  linear('decoder/layer_0/attention/linear_2', WIDTH, WIDTH)
  return tensors
}

/** As whisper.cpp reads it. */
function readGgml(file: Buffer) {
  let at = 0
  const int = () => {
    at += 4
    return file.readInt32LE(at - 4)
  }
  const header = Array.from({ length: 12 }, int)
  const mel = [int(), int()]
  at += (mel[0] ?? 0) * (mel[1] ?? 0) * 4
  const tokens = Array.from({ length: int() }, () => {
    const length = int()
    at += length
    return file.subarray(at - length, at)
  })
  const tensors = new Map<string, { type: number; sizes: number[]; data: Buffer }>()
  while (at < file.length) {
    const [rank, length, type] = [int(), int(), int()]
    const sizes = Array.from({ length: rank }, int)
    const name = file.toString('utf8', at, at + length)
    at += length
    const bytes = sizes.reduce((all, size) => all * size, 1) * (type === 1 ? 2 : 4)
    tensors.set(name, { type, sizes, data: file.subarray(at, at + bytes) })
    at += bytes
  }
  return { header, mel, tokens, tensors }
}

const tokenizer = JSON.stringify({
  model: { vocab: Object.fromEntries(Array.from({ length: WORDS }, (_, i) => [`t${i}`, i])) },
})

async function convert(model: Map<string, Tensor>) {
  const folder = await mkdtemp(join(tmpdir(), 'auralink-ggml-'))
  const path = join(folder, 'ggml.bin')
  const file = await open(path, 'w')
  try {
    await writeGgml(file, model, tokenizer)
    return readGgml(await readFile(path))
  } finally {
    await file.close()
    await rm(folder, { recursive: true })
  }
}

it("writes every weight under OpenAI's names, an attention's matrix in its parts", async () => {
  const model = readCTranslate2(ctranslate2(tiny()))
  const { header, mel, tokens, tensors } = await convert(model)
  expect(header).toEqual([
    ...[0x67676d6c, WORDS + 1_608, 20, WIDTH, 1, 1, 10, WIDTH, 1, 1, BANDS, 1],
  ])
  expect(mel).toEqual([BANDS, 201])
  expect(tokens).toHaveLength(WORDS)
  expect(tokens[7]?.toString()).toBe('t7')
  // 7 and 4 outside the layers, 15 of the layer that hears, 24 of the one that writes
  expect(tensors.size).toBe(50)
  const key = tensors.get('decoder.blocks.0.attn.key.weight')
  expect(key).toMatchObject({ type: 1, sizes: [WIDTH, WIDTH] })
  const all = model.get('decoder/layer_0/self_attention/linear_0/weight')?.data
  const bytes = WIDTH * WIDTH * 2
  expect(key?.data).toEqual(all?.subarray(bytes, 2 * bytes))
  expect(tensors.has('decoder.blocks.0.attn.key.bias')).toBe(false)
  // of 32 bits, a row each
  const bias = tensors.get('encoder.conv1.bias')
  expect(bias).toMatchObject({ type: 0, sizes: [1, WIDTH] })
  expect([0, 1, 63].map((i) => bias?.data.readFloatLE(i * 4))).toEqual([
    1,
    1 + 1 / 1024,
    1 + 63 / 1024,
  ])
})

it('says what is wrong with a file that is none, cut off, or lacks a weight', async () => {
  expect(() => readCTranslate2(Buffer.from('<html>not found</html>'))).toThrow()
  expect(() => readCTranslate2(ctranslate2({}, 'OtherSpec'))).toThrow('no Whisper model')
  expect(() => readCTranslate2(ctranslate2(tiny()).subarray(0, 100_000))).toThrow()
  const { 'encoder/conv1/bias': _, ...less } = tiny()
  await expect(convert(readCTranslate2(ctranslate2(less)))).rejects.toThrow('encoder/conv1/bias')
})

it('hears by the filters that Whisper was taught with', () => {
  const { data, frequencies } = melFilters(80)
  const row = (band: number) => data.subarray(band * frequencies, (band + 1) * frequencies)
  // OpenAI's mel_filters.npz, 80 bands
  expect(row(0)[1]).toBeCloseTo(0.0248626, 6)
  expect([...row(0)].filter((weight) => weight > 0)).toHaveLength(1)
  for (let band = 0; band < 80; band++) expect(Math.max(...row(band))).toBeGreaterThan(0)
  // a triangle of area 1 over steps of 40 Hz, where it is wide enough to be summed
  const area = row(79).reduce((sum, weight) => sum + weight * 40, 0)
  expect(area).toBeCloseTo(1, 1)
})

it('reads tokens as bytes', () => {
  const json = JSON.stringify({ model: { vocab: { Ġhe: 1, '!': 0, 'Ã¤': 2 } } })
  expect(readTokens(json, 3).map(String)).toEqual(['!', ' he', 'ä'])
  expect(() => readTokens(json, 4)).toThrow('no token 3')
})
