import type { Weights } from './safetensors.ts'

export interface Int8Weights {
  data: Int8Array
  /** What one step of an int8 is worth, for each row or column. */
  scales: Float32Array
}

/**
 * Half the range: on processors without VNNI the kernels add two products in 16 bits, which overflow with whole
 * int8 weights (onnxruntime calls this `reduce_range`).
 */
const MATRIX_STEPS = 63
const ROW_STEPS = 127

/** A linear layer's weights `[out, in]` as `[in, out]`, each output with a scale of its own. */
export function int8Matrix({ shape: [outs = 0, ins = 0], data }: Weights): Int8Weights {
  const rows = int8Rows({ shape: [outs, ins], data }, MATRIX_STEPS)
  const turned = new Int8Array(outs * ins)
  for (let o = 0; o < outs; o++)
    for (let i = 0; i < ins; i++) turned[i * outs + o] = rows.data[o * ins + i] ?? 0
  return { data: turned, scales: rows.scales }
}

/** A table, each row with a scale of its own. */
export function int8Rows(
  { shape: [rows = 0, width = 0], data }: Weights,
  steps = ROW_STEPS,
): Int8Weights {
  const out = new Int8Array(rows * width)
  const scales = new Float32Array(rows)
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * width, (r + 1) * width)
    let largest = 0
    for (const value of row) largest = Math.max(largest, Math.abs(value))
    const scale = largest / steps || 1
    scales[r] = scale
    for (let i = 0; i < width; i++) out[r * width + i] = Math.round((row[i] ?? 0) / scale)
  }
  return { data: out, scales }
}
