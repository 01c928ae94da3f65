import { bytes, type Field, float, int, message, text } from './protobuf.ts'

/*
 * Writes ONNX files: field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto),
 * the operators those of opset 17.
 */
const OPSET = 17
const IR_VERSION = 8
const TYPES = { float: 1, uint8: 2, int8: 3, int64: 7 } as const
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const

export type Tensor =
  | { type: 'float'; shape: number[]; data: Float32Array }
  | { type: 'int8'; shape: number[]; data: Int8Array }
  | { type: 'int64'; shape: number[]; data: BigInt64Array }

type Attribute = { float: number } | { int: number } | { ints: number[] }

interface Input {
  name: string
  /** A name for a size that is known when the model runs. */
  shape: (string | number)[]
}

/** A graph under construction. Values go by their names. */
export function createGraph() {
  const nodes: Field[] = []
  const initializers: Field[] = []
  let values = 0

  function ops(
    type: string,
    inputs: string[],
    outputs: number,
    attributes: Record<string, Attribute> = {},
  ): string[] {
    const names = Array.from({ length: outputs }, () => `v${++values}`)
    nodes.push(
      message(1, [
        ...inputs.map((name) => text(1, name)),
        ...names.map((name) => text(2, name)),
        text(4, type),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ]),
    )
    return names
  }

  return {
    ops,

    /** A node with one output. */
    op(type: string, inputs: string[], attributes?: Record<string, Attribute>): string {
      return ops(type, inputs, 1, attributes)[0] ?? ''
    },

    constant({ type, shape, data }: Tensor): string {
      const name = `c${++values}`
      const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      initializers.push(
        message(5, [
          ...shape.map((size) => int(1, size)),
          int(2, TYPES[type]),
          text(8, name),
          bytes(9, raw),
        ]),
      )
      return name
    },

    /** The file. Inputs are of int64, the output of float. */
    build(inputs: Input[], output: Input & { value: string }): Uint8Array {
      nodes.push(message(1, [text(1, output.value), text(2, output.name), text(4, 'Identity')]))
      const graph = [
        ...nodes,
        text(2, 'graph'),
        ...initializers,
        ...inputs.map((input) => message(11, valueInfo(input, TYPES.int64))),
        message(12, valueInfo(output, TYPES.float)),
      ]
      return Buffer.concat([
        int(1, IR_VERSION),
        text(2, 'auralink'),
        message(7, graph),
        message(8, [int(2, OPSET)]),
      ])
    },
  }
}

export type Graph = ReturnType<typeof createGraph>

function attribute(name: string, value: Attribute): Field {
  if ('float' in value)
    return message(5, [text(1, name), float(2, value.float), int(20, ATTRIBUTE.float)])
  if ('int' in value) return message(5, [text(1, name), int(3, value.int), int(20, ATTRIBUTE.int)])
  return message(5, [text(1, name), ...value.ints.map((n) => int(8, n)), int(20, ATTRIBUTE.ints)])
}

function valueInfo({ name, shape }: Input, type: number): Field[] {
  const sizes = shape.map((size) =>
    message(1, [typeof size === 'number' ? int(1, size) : text(2, size)]),
  )
  return [text(1, name), message(2, [message(1, [int(1, type), message(2, sizes)])])]
}
