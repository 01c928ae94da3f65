import ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { int8Matrix, int8Rows } from './int8.ts'
import { createGraph } from './onnx.ts'
import { int, message, text } from './protobuf.ts'
import { readSafetensors } from './safetensors.ts'

it('writes fields as protocol buffers have them', () => {
  // the examples of the encoding guide of protocol buffers
  expect([...int(1, 150)]).toEqual([0x08, 0x96, 0x01])
  expect([...text(2, 'testing')]).toEqual([0x12, 7, ...Buffer.from('testing')])
  expect([...message(3, [int(1, 150)])]).toEqual([0x1a, 3, 0x08, 0x96, 0x01])
  expect([...int(1, -2)]).toEqual([0x08, 0xfe, ...Array(8).fill(0xff), 0x01])
})

it('writes graphs that onnxruntime runs', async () => {
  const graph = createGraph()
  const table = graph.constant({
    type: 'float',
    shape: [3, 2],
    data: Float32Array.of(1, 2, 3, 4, 5, 6),
  })
  const axes = graph.constant({ type: 'int64', shape: [1], data: BigInt64Array.of(-1n) })
  const rows = graph.op('Gather', [table, 'ids'])
  const sums = graph.op('ReduceSum', [rows, axes], { keepdims: { int: 0 } })
  const file = graph.build([{ name: 'ids', shape: ['n'] }], {
    name: 'sums',
    shape: ['n'],
    value: sums,
  })
  const session = await ort.InferenceSession.create(file)
  const ids = new ort.Tensor('int64', BigInt64Array.of(2n, 0n), [2])
  expect((await session.run({ ids })).sums?.data).toEqual(Float32Array.of(11, 3))
})

it('makes weights int8 within half a step, a row or an output at a time', () => {
  const data = Float32Array.of(0.5, -0.25, 0.1, 100, -50, 1)
  const rows = int8Rows({ shape: [2, 3], data })
  for (const [i, value] of data.entries()) {
    const scale = rows.scales[Math.floor(i / 3)] ?? 0
    expect(Math.abs((rows.data[i] ?? 0) * scale - value)).toBeLessThanOrEqual(scale * 0.5001)
  }
  const { data: turned, scales } = int8Matrix({ shape: [2, 3], data })
  // [out, in] has become [in, out]
  expect((turned[1] ?? 0) * (scales[1] ?? 0)).toBeCloseTo(100, 3)
  expect((turned[0] ?? 0) * (scales[0] ?? 0)).toBeCloseTo(0.5, 3)
  expect(Math.max(...turned.map(Math.abs))).toBe(63)
})

it('takes rows of nothing but zeros', () => {
  expect([...int8Rows({ shape: [1, 2], data: new Float32Array(2) }).data]).toEqual([0, 0])
})

it('reads safetensors, wherever their numbers begin', () => {
  const header = JSON.stringify({
    __metadata__: { format: 'pt' },
    a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
    c: { dtype: 'F16', shape: [2], data_offsets: [4, 8] },
  })
  for (const pad of ['', ' ', '  ']) {
    const head = Buffer.from(header + pad)
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(head.length))
    const numbers = Buffer.from(Float32Array.of(1, 2, 3).buffer)
    const weights = readSafetensors(Buffer.concat([length, head, numbers]))
    expect(weights('b')).toEqual({ shape: [2], data: Float32Array.of(2, 3) })
    expect(() => weights('c')).toThrow('no 32-bit c')
    expect(() => weights('d')).toThrow('no 32-bit d')
  }
})
