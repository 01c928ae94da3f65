/** A tensor as CTranslate2 keeps it: its bytes are little-endian, row after row. */
export interface Tensor {
  shape: number[]
  type: 'f16' | 'f32'
  data: Buffer
}

/** Its numbers for kinds of numbers; the others are of no use here. */
const TYPES = new Map<number, Tensor['type']>([
  [0, 'f32'],
  [4, 'f16'],
])

/**
 * Reads the tensors of a `model.bin` of CTranslate2; their bytes are those of the file, not copies. Throws when it is
 * no such file, or has numbers of another kind than those of 16 and 32 bits.
 */
export function readCTranslate2(file: Buffer): Map<string, Tensor> {
  let at = 0
  const number = (bytes: 1 | 2 | 4) => {
    const value = file.readUIntLE(at, bytes)
    at += bytes
    return value
  }
  const text = () => {
    const length = number(2)
    const value = file.toString('utf8', at, at + length).replace(/\0+$/, '')
    at += length
    return value
  }

  const version = number(4)
  const kind = text()
  if (version !== 6 || kind !== 'WhisperSpec')
    throw new Error('this is no Whisper model of CTranslate2')
  // the revision of the kind: it changes what is beside the weights alone
  number(4)
  const tensors = new Map<string, Tensor>()
  for (let left = number(4); left > 0; left--) {
    const name = text()
    const shape = Array.from({ length: number(1) }, () => number(4))
    const type = TYPES.get(number(1))
    const bytes = number(4)
    if (type) tensors.set(name, { shape, type, data: file.subarray(at, at + bytes) })
    at += bytes
  }
  for (let left = number(4); left > 0; left--) {
    const alias = text()
    const tensor = tensors.get(text())
    if (tensor && !tensors.has(alias)) tensors.set(alias, tensor)
  }
  if (at > file.length) throw new Error('the model is cut off')
  return tensors
}
