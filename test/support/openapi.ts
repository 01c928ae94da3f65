/** As much of an OpenAPI document as tests read. */
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

interface Operation {
  operationId: string
  security?: unknown[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  minimum?: number
}

export interface Endpoint {
  id: string
  method: string
  /** With its parameters in braces. */
  path: string
  /** Whether it needs a token. */
  closed: boolean
  /** A body that its schema allows, with nothing that need not be there. */
  body: unknown
}

/** Every operation of a document. */
export function endpointsOf(document: OpenApi): Endpoint[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId, security, requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        closed: security?.length !== 0,
        body: schema === undefined ? undefined : example(schema, document),
      }
    }),
  )
}

function example(schema: Schema, document: OpenApi): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    const known = document.components?.schemas?.[name]
    if (known === undefined) throw new Error(`${schema.$ref} leads nowhere`)
    return example(known, document)
  }
  if ('const' in schema) return schema.const
  if (schema.enum) return schema.enum[0]
  const [choice] = schema.anyOf ?? schema.oneOf ?? []
  if (choice) return example(choice, document)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object': {
      const { properties = {}, required = [] } = schema
      const parts = required.map((name) => [name, example(properties[name] ?? {}, document)])
      return Object.fromEntries(parts)
    }
    case 'array':
      return schema.minItems && schema.items ? [example(schema.items, document)] : []
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    default:
      return 'some text'
  }
}
