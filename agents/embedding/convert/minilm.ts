import { int8Matrix, int8Rows } from './int8.ts'
import { createGraph, type Graph } from './onnx.ts'
import { readSafetensors, type Weights } from './safetensors.ts'

const LAYERS = 6
const HEADS = 12
/** Numbers of an embedding. */
const SIZE = 384
const HEAD_SIZE = SIZE / HEADS
const EPSILON = 1e-12

/**
 * all-MiniLM-L6-v2 as an ONNX file with int8 weights: a BERT of six layers, then the mean over the tokens, of
 * length 1. From `input_ids` and `attention_mask` `[batch, tokens]` to `embedding` `[batch, 384]`. A quarter of
 * the weights' size.
 */
export function minilmToOnnx(safetensors: Uint8Array): Uint8Array {
  const weights = readSafetensors(safetensors)
  const graph = createGraph()
  const { op } = graph
  const make = constants(graph)
  const { linear, norm, scalar, ints } = layers(graph, weights)

  const length = op('Gather', [op('Shape', ['input_ids']), make.ints(1, [])])
  const places = op('Slice', [
    make.floats(weights('embeddings.position_embeddings.weight')),
    ints(0),
    op('Unsqueeze', [length, ints(0)]),
    ints(0),
  ])
  const kind = weights('embeddings.token_type_embeddings.weight').data.slice(0, SIZE)
  const words = op('Add', [
    wordEmbeddings(graph, weights),
    op('Add', [places, make.floats({ shape: [SIZE], data: kind })]),
  ])
  let x = norm(words, 'embeddings.LayerNorm')

  const mask = op('Cast', ['attention_mask'], { to: { int: 1 } })
  const hidden = op('Mul', [
    op('Sub', [scalar(1), op('Unsqueeze', [mask, ints(1, 2)])]),
    scalar(-1e9),
  ])
  const apart = ints(0, 0, HEADS, HEAD_SIZE)
  const together = ints(0, 0, SIZE)
  for (let i = 0; i < LAYERS; i++) {
    const layer = `encoder.layer.${i}`
    const head = (name: string, perm: number[]) =>
      op('Transpose', [op('Reshape', [linear(x, `${layer}.attention.self.${name}`), apart])], {
        perm: { ints: perm },
      })
    const scores = op('Mul', [
      op('MatMul', [head('query', [0, 2, 1, 3]), head('key', [0, 2, 3, 1])]),
      scalar(HEAD_SIZE ** -0.5),
    ])
    const attention = op('Softmax', [op('Add', [scores, hidden])], { axis: { int: -1 } })
    const mixed = op('Transpose', [op('MatMul', [attention, head('value', [0, 2, 1, 3])])], {
      perm: { ints: [0, 2, 1, 3] },
    })
    const seen = linear(op('Reshape', [mixed, together]), `${layer}.attention.output.dense`)
    x = norm(op('Add', [seen, x]), `${layer}.attention.output.LayerNorm`)
    const inner = gelu(graph, scalar, linear(x, `${layer}.intermediate.dense`))
    const outer = linear(inner, `${layer}.output.dense`)
    x = norm(op('Add', [outer, x]), `${layer}.output.LayerNorm`)
  }

  const counted = op('Unsqueeze', [mask, ints(2)])
  const keep = { keepdims: { int: 0 } }
  const sum = op('ReduceSum', [op('Mul', [x, counted]), ints(1)], keep)
  const mean = op('Div', [sum, op('ReduceSum', [counted, ints(1)], keep)])
  const squares = op('ReduceSum', [op('Mul', [mean, mean]), ints(1)], { keepdims: { int: 1 } })
  return graph.build(
    [
      { name: 'input_ids', shape: ['batch', 'tokens'] },
      { name: 'attention_mask', shape: ['batch', 'tokens'] },
    ],
    {
      name: 'embedding',
      shape: ['batch', SIZE],
      value: op('Div', [mean, op('Sqrt', [squares])]),
    },
  )
}

function constants({ constant }: Graph) {
  return {
    floats: ({ shape, data }: Weights) => constant({ type: 'float', shape, data }),
    ints: (value: number, shape: number[]) =>
      constant({ type: 'int64', shape, data: BigInt64Array.of(BigInt(value)) }),
  }
}

/** Parts of which a layer is made, by the names of their weights. */
function layers(graph: Graph, weights: (name: string) => Weights) {
  const { op, ops, constant } = graph
  const { floats } = constants(graph)
  return {
    scalar: (value: number) => floats({ shape: [], data: Float32Array.of(value) }),

    ints: (...values: number[]) =>
      constant({
        type: 'int64',
        shape: [values.length],
        data: BigInt64Array.from(values, (value) => BigInt(value)),
      }),

    norm: (x: string, name: string) =>
      op(
        'LayerNormalization',
        [x, floats(weights(`${name}.weight`)), floats(weights(`${name}.bias`))],
        { axis: { int: -1 }, epsilon: { float: EPSILON } },
      ),

    /** What comes in is made int8 as it comes, with a scale and a zero of its own. */
    linear(x: string, name: string): string {
      const matrix = weights(`${name}.weight`)
      const [outs = 0, ins = 0] = matrix.shape
      const { data, scales } = int8Matrix(matrix)
      const [input = '', scale = '', zero = ''] = ops('DynamicQuantizeLinear', [x], 3)
      const product = op('MatMulInteger', [
        input,
        constant({ type: 'int8', shape: [ins, outs], data }),
        zero,
      ])
      const back = op('Mul', [scale, floats({ shape: [outs], data: scales })])
      const real = op('Mul', [op('Cast', [product], { to: { int: 1 } }), back])
      return op('Add', [real, floats(weights(`${name}.bias`))])
    },
  }
}

function wordEmbeddings({ op, constant }: Graph, weights: (name: string) => Weights): string {
  const table = weights('embeddings.word_embeddings.weight')
  const { data, scales } = int8Rows(table)
  const rows = op('Gather', [constant({ type: 'int8', shape: table.shape, data }), 'input_ids'])
  const scale = op('Gather', [
    constant({ type: 'float', shape: [scales.length, 1], data: scales }),
    'input_ids',
  ])
  return op('Mul', [op('Cast', [rows], { to: { int: 1 } }), scale])
}

function gelu({ op }: Graph, scalar: (value: number) => string, x: string): string {
  const error = op('Erf', [op('Mul', [x, scalar(2 ** -0.5)])])
  return op('Mul', [op('Mul', [x, scalar(0.5)]), op('Add', [error, scalar(1)])])
}
