/** A field of a protocol buffer message, as bytes: only what an ONNX file needs. */
export type Field = Uint8Array

const VARINT = 0
const BYTES = 2
const FIXED_32 = 5

function varint(value: number | bigint): number[] {
  // negative numbers are written as 64 bits in two's complement
  let left = BigInt.asUintN(64, BigInt(value))
  const out: number[] = []
  while (left > 0x7fn) {
    out.push(Number(left & 0x7fn) | 0x80)
    left >>= 7n
  }
  out.push(Number(left))
  return out
}

export function int(field: number, value: number | bigint): Field {
  return Uint8Array.from([...varint((field << 3) | VARINT), ...varint(value)])
}

export function float(field: number, value: number): Field {
  const out = Buffer.alloc(5)
  out[0] = (field << 3) | FIXED_32
  out.writeFloatLE(value, 1)
  return out
}

export function bytes(field: number, value: Uint8Array): Field {
  const head = [...varint((field << 3) | BYTES), ...varint(value.length)]
  return Buffer.concat([Uint8Array.from(head), value])
}

export function text(field: number, value: string): Field {
  return bytes(field, Buffer.from(value))
}

export function message(field: number, fields: readonly Field[]): Field {
  return bytes(field, Buffer.concat(fields))
}
