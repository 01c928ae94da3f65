import { z } from 'zod'

const Header = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
)

export interface Weights {
  shape: number[]
  data: Float32Array
}

/**
 * Reads the weights of a safetensors file: a length of 8 bytes, a JSON header, then the numbers.
 *
 * @returns what gives a weight by its name; it throws for one that is not there or not of 32-bit floats
 */
export function readSafetensors(file: Uint8Array): (name: string) => Weights {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const length = Number(view.getBigUint64(0, true))
  const json: Record<string, unknown> = JSON.parse(
    Buffer.from(file.buffer, file.byteOffset + 8, length).toString('utf8'),
  )
  delete json.__metadata__
  const header = Header.parse(json)
  return (name) => {
    const entry = header[name]
    if (entry?.dtype !== 'F32') throw new Error(`the weights have no 32-bit ${name}`)
    const [from, to] = entry.data_offsets
    // copied, since floats must begin at a multiple of four
    const data = new Float32Array((to - from) / 4)
    new Uint8Array(data.buffer).set(file.subarray(8 + length + from, 8 + length + to))
    return { shape: entry.shape, data }
  }
}
