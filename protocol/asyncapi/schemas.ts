import { z } from 'zod'
import { AgentView, acks, CaseView, ParticipantView, Snapshot } from '../acks.ts'
import { commands } from '../commands.ts'
import { ERROR_HELP, type ErrorCode } from '../errors.ts'
import {
  Actor,
  type DurableType,
  durableEvents,
  type EphemeralType,
  ephemeralEvents,
  Summary,
  SummaryItem,
} from '../events.ts'
import { RoomSettings } from '../settings.ts'

/** A JSON Schema, as AsyncAPI takes it. */
export type Schema = { [keyword: string]: unknown }

const seq = z.number().int().nonnegative()
const ms = seq.describe('epoch ms')
const durableTypes = keysOf(durableEvents)
const ephemeralTypes = keysOf(ephemeralEvents)
const codes = keysOf(ERROR_HELP)

const place = { room: z.string(), epoch: seq }
const to = z.string().optional().describe('for that person, and its author')

const WireError = z.object({
  code: z.enum(codes as [ErrorCode, ...ErrorCode[]]).describe(listed(ERROR_HELP)),
  message: z.string().describe('for people: what to do about it'),
  details: z.record(z.string(), z.unknown()).optional(),
})
const Refusal = z.object({ ok: z.literal(false), error: WireError })
const ConnectError = z.object({ message: z.string(), data: WireError })

const blank = (type: 'hidden' | 'erased') =>
  z.object({ ...place, seq, at: ms, type: z.literal(type) })

const Pending = z.object({
  ...place,
  id: z.string().describe('the committed form has the same'),
  at: ms,
  type: z.enum(durableTypes as [DurableType, ...DurableType[]]),
  actor: Actor,
  data: z.record(z.string(), z.unknown()).describe('as of the durable event of this type'),
  to,
  pending: z.literal(true),
})

function durable(type: DurableType) {
  const id = z.string().describe('the same while it was pending')
  const data = durableEvents[type]
  return z.object({ ...place, seq, id, at: ms, type: z.literal(type), actor: Actor, data, to })
}

function ephemeral(type: EphemeralType) {
  const data = ephemeralEvents[type]
  return z.object({ ...place, at: ms, type: z.literal(type), actor: Actor, data, to })
}

/** Names of what commands send and acks hold, among the document's schemas. */
export const commandId = (name: string) => `command.${name}`
export const ackId = (name: string) => `ack.${name}`
export const eventId = (type: string) => `event.${type}`

/**
 * Every shape of the wire as JSON Schema, by the name that `$ref`s use. What clients send is as they
 * write it (defaults may be left out); what the hub sends is as it comes.
 */
export function schemas(): Record<string, Schema> {
  const received = z.registry<{ id: string }>()
  for (const name of keysOf(commands)) received.add(commands[name], { id: commandId(name) })

  const sent = z.registry<{ id: string }>()
  const shared = { Actor, Summary, SummaryItem, Case: CaseView, Participant: ParticipantView }
  const more = { Agent: AgentView, RoomSettings, Snapshot, Error: WireError, Refusal, ConnectError }
  for (const [id, schema] of Object.entries({ ...shared, ...more })) sent.add(schema, { id })
  for (const name of keysOf(acks)) sent.add(acks[name], { id: ackId(name) })
  for (const type of durableTypes) sent.add(durable(type), { id: eventId(type) })
  for (const type of ephemeralTypes) sent.add(ephemeral(type), { id: eventId(type) })
  for (const type of ['hidden', 'erased'] as const) sent.add(blank(type), { id: eventId(type) })
  sent.add(Pending, { id: eventId('pending') })

  return {
    ...toSchemas(received, 'input'),
    ...toSchemas(sent, 'output'),
    'command.audio.frame': { type: 'string', contentEncoding: 'binary', maxLength: 32 * 1024 },
    LogEvent: {
      description: 'An event of the log in the view that the reader has of it.',
      oneOf: [...durableTypes, 'hidden', 'erased'].map((type) => refTo(eventId(type))),
    },
  }
}

export function refTo(id: string): { $ref: string } {
  return { $ref: `#/components/schemas/${id}` }
}

/** `code`: what to do, one a line. */
export function listed(of: Record<string, string>): string {
  return Object.entries(of)
    .map(([key, text]) => `- \`${key}\`: ${text}`)
    .join('\n')
}

export function keysOf<T extends object>(of: T): (keyof T & string)[] {
  return Object.keys(of) as (keyof T & string)[]
}

function toSchemas(registry: z.core.$ZodRegistry<{ id: string }>, io: 'input' | 'output') {
  const { schemas: made } = z.toJSONSchema(registry, {
    uri: (id) => refTo(id).$ref,
    target: 'draft-7',
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const schema: unknown = zodSchema
      // clients ignore fields that they do not know, so that the wire can grow
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
      if (Math.abs(jsonSchema.minimum ?? 0) >= Number.MAX_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      // acks hold events in a loose form, since they were checked when they were written
      if (schema === acks['room.history'].shape.events) jsonSchema.items = refTo('LogEvent')
    },
  })
  return Object.fromEntries(
    Object.entries(made).map(([id, schema]) => {
      const { $schema: _, $id: __, ...rest } = schema as Schema
      return [id, rest]
    }),
  )
}
