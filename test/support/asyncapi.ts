import { Ajv, type ValidateFunction } from 'ajv'
import type { AsyncApiDocument } from '#protocol'

const ROOT = 'hub'

/** Checks against the document's schemas as if no field were allowed that they do not name. */
export function strictly(document: AsyncApiDocument): (schema: string, value: unknown) => void {
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addSchema(closed(document) as object, ROOT)
  const compiled = new Map<string, ValidateFunction>()
  return (schema, value) => {
    const validate =
      compiled.get(schema) ?? ajv.compile({ $ref: `${ROOT}#/components/schemas/${schema}` })
    compiled.set(schema, validate)
    if (!validate(spelled(value)))
      throw new Error(
        `${schema}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value).slice(0, 2_000)}`,
      )
  }
}

/** JSON Schema knows no bytes: it has them as a text. */
function spelled(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (Array.isArray(value)) return value.map(spelled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, spelled(part)]))
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)])
  const open = 'properties' in schema && !('additionalProperties' in schema)
  return { ...Object.fromEntries(entries), ...(open ? { additionalProperties: false } : {}) }
}
