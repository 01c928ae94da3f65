import { z } from 'zod'
import { type AuditAction, queries, type Tx } from '#db'
import {
  ArrivalRuleView,
  CreateArrivalRule,
  HubError,
  OPERATOR,
  PageQuery,
  PatchArrivalRule,
  type Principal,
  PutAgent,
  page,
  SomeRoomSettings,
  Workflow,
} from '#protocol'
import { requireAdmin } from '../../admin.ts'
import { decodeCursor, toPage } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { IdempotencyHeaders, Nothing } from '../room/shared.ts'

const RuleParams = z.object({ id: z.uuid() })
const Agents = z.partialRecord(Workflow, PutAgent)

/** What the hub does about LiveKit rooms by their names, for admins. */
export function arrivalRules(app: App, { db, clock }: HttpDeps): void {
  const address = '/arrival-rules'

  /** Rules are nobody's but the operator's; whom one names as an owner is another person. */
  function audit(
    tx: Tx,
    by: Principal,
    action: Extract<AuditAction, `arrival_rule.${string}`>,
    { id, pattern, position, join, ownerId, agents, settings }: queries.ArrivalRuleRow,
  ) {
    return db.audit(tx, {
      ...{ owner: OPERATOR, action, by, ...(ownerId === null ? {} : { target: ownerId }) },
      details: { rule: id, pattern, position, join, agents, settings },
    })
  }

  app.get(address, {
    schema: {
      operationId: 'listArrivalRules',
      tags: ['livekit'],
      summary: 'The rules of arrival, in the order in which they are tried',
      description:
        'For admins. The first rule whose pattern fits the name of a LiveKit room counts. Where none does, all agents join, and the operator (`local`) owns the room that is made.',
      querystring: PageQuery,
      response: {
        200: page(ArrivalRuleView).describe('A page of rules.'),
        ...problems('invalid', 'forbidden'),
      },
    },
    handler: async ({ principal, query: { cursor, limit } }) => {
      requireAdmin(principal)
      const after = decodeCursor(cursor, z.uuid())
      const rows = await db.withUser(principal, (tx) =>
        queries.listArrivalRules(tx, { after, limit: limit + 1 }),
      )
      return toPage(rows, limit, ({ position, id }) => ({ at: position, id }), viewOf)
    },
  })

  app.post(address, {
    config: { idempotent: true },
    schema: {
      operationId: 'createArrivalRule',
      tags: ['livekit'],
      summary: 'Say what is done about LiveKit rooms of certain names, as an admin',
      description:
        'Agents and settings are those that a room is made with: what its moderators change stays. A rule that names an owner keeps agents out of a LiveKit room whose room somebody else owns.',
      headers: IdempotencyHeaders,
      body: CreateArrivalRule,
      response: {
        201: ArrivalRuleView.describe('The rule. `Location` has its address.'),
        ...problems('invalid', 'malformed', 'too_large', 'forbidden', 'conflict'),
      },
    },
    handler: async ({ principal, body }, reply) => {
      requireAdmin(principal)
      const { pattern, position, join = true, owner = null, agents = {}, settings = {} } = body
      const made = await db.withUser(principal, async (tx) => {
        const rule = await queries.insertArrivalRule(tx, {
          ...{ pattern, position, join, ownerId: owner, settings, createdAt: clock() },
          agents: rowAgents(agents),
        })
        if (!rule) throw taken()
        await audit(tx, principal, 'arrival_rule.created', rule)
        return rule
      })
      reply.code(201).header('location', `/api/v1/arrival-rules/${made.id}`)
      return viewOf(made)
    },
  })

  app.patch(`${address}/:id`, {
    schema: {
      operationId: 'patchArrivalRule',
      tags: ['livekit'],
      summary: 'Change a rule of arrival, as an admin',
      description: 'What is left out stays as it is. It counts for rooms from now on.',
      params: RuleParams,
      body: PatchArrivalRule,
      response: {
        200: ArrivalRuleView.describe('The rule as it is now.'),
        ...problems('invalid', 'malformed', 'too_large', 'forbidden', 'not_found', 'conflict'),
      },
    },
    handler: async ({ principal, params: { id }, body }) => {
      requireAdmin(principal)
      const { owner, agents, pattern, position, join, settings } = body
      const changed = await db
        .withUser(principal, async (tx) => {
          const rule = await queries.updateArrivalRule(tx, id, {
            ...(pattern === undefined ? {} : { pattern }),
            ...(position === undefined ? {} : { position }),
            ...(join === undefined ? {} : { join }),
            ...(owner === undefined ? {} : { ownerId: owner }),
            ...(agents === undefined ? {} : { agents: rowAgents(agents) }),
            ...(settings === undefined ? {} : { settings }),
          })
          if (!rule) throw noRule()
          await audit(tx, principal, 'arrival_rule.changed', rule)
          return rule
        })
        .catch((error: unknown) => {
          if (isUnique(error)) throw taken()
          throw error
        })
      return viewOf(changed)
    },
  })

  app.delete(`${address}/:id`, {
    schema: {
      operationId: 'deleteArrivalRule',
      tags: ['livekit'],
      summary: 'Drop a rule of arrival, as an admin; rooms stay as they are',
      params: RuleParams,
      response: {
        204: Nothing.describe('There is no such rule any more.'),
        ...problems('invalid', 'forbidden', 'not_found'),
      },
    },
    handler: async ({ principal, params: { id } }, reply) => {
      requireAdmin(principal)
      await db.withUser(principal, async (tx) => {
        const gone = await queries.deleteArrivalRule(tx, id)
        if (!gone) throw noRule()
        await audit(tx, principal, 'arrival_rule.removed', gone)
      })
      return reply.code(204).send(null)
    },
  })
}

function viewOf(row: queries.ArrivalRuleRow): ArrivalRuleView {
  const { id, pattern, position, join, ownerId, agents, settings, createdAt } = row
  return {
    ...{ id, pattern, position, join, owner: ownerId, created_at: createdAt },
    agents: Agents.parse(agents),
    settings: SomeRoomSettings.parse(settings),
  }
}

/** Without fields that are there and undefined. */
function rowAgents(agents: z.output<typeof Agents>): queries.ArrivalRuleRow['agents'] {
  return JSON.parse(JSON.stringify(agents))
}

function taken(): HubError {
  return new HubError('conflict', 'There is a rule for this pattern already: change that one.')
}

function noRule(): HubError {
  return new HubError('not_found', 'There is no such rule.')
}

function isUnique(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
