import { privacy } from '#db'
import {
  ErasureReceipt,
  ErasureView,
  HubError,
  isPersonId,
  type Principal,
  RequestErasure,
} from '#protocol'
import { isAdmin } from '../../admin.ts'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { IdempotencyHeaders } from '../room/shared.ts'
import { ErasureParams, progressOf, requireWholePerson } from './shared.ts'

/** To be forgotten. */
export function erasures(app: App, deps: HttpDeps): void {
  app.post('/privacy/erasures', {
    config: { idempotent: true },
    schema: {
      operationId: 'createErasure',
      tags: ['privacy'],
      summary: 'Have everything erased that the hub keeps of you, for good',
      description:
        'Your rooms go with all that was said in them; what you said in the rooms of others reads as `erased`; your keys ' +
        'are destroyed. An admin may have anybody erased.',
      headers: IdempotencyHeaders,
      body: RequestErasure,
      response: {
        201: ErasureView.describe('The erasure. `Location` has its address: keep it.'),
        ...problems('invalid', 'malformed', 'forbidden', 'conflict'),
      },
    },
    handler: async ({ principal, body }, reply) => {
      const userId = whomToErase(principal, body.user)
      if (body.confirm !== userId) throw unconfirmed(userId)
      const row = await deps.privacy.requestErasure(principal, userId)
      reply.code(201).header('location', `/api/v1/privacy/erasures/${row.id}`)
      return viewOf(row)
    },
  })

  app.get('/privacy/erasures/:erasure', {
    schema: {
      operationId: 'getErasure',
      tags: ['privacy'],
      summary: 'How far an erasure is, and its receipt',
      description:
        'While it goes on, for the person and for admins; then for whoever is signed in and knows its id, since it is ' +
        "nobody's any more: it holds counts alone.",
      params: ErasureParams,
      response: {
        200: ErasureView.describe('The erasure.'),
        ...problems('invalid', 'not_found'),
      },
    },
    handler: async ({ principal, params }) => {
      const row = await deps.db.withSystem('read a receipt', (tx) =>
        privacy.findPrivacyRequest(tx, 'erase', params.erasure),
      )
      if (!row || !mayRead(principal, row))
        throw new HubError('not_found', 'There is no such erasure for you.')
      return viewOf(row)
    },
  })
}

function whomToErase(principal: Principal, user = principal.userId): string {
  requireWholePerson(principal)
  if (user !== principal.userId && !isAdmin(principal))
    throw new HubError('forbidden', 'Only an admin may have another person erased.')
  if (!isPersonId(user)) throw wrong('user', 'must be the id of a person: this one is of the hub')
  return user
}

function mayRead(principal: Principal, row: privacy.PrivacyRequestRow): boolean {
  return row.userId === null || row.userId === principal.userId || isAdmin(principal)
}

function unconfirmed(userId: string): HubError {
  const detail = `must be the id of the user who is to be erased: send ${JSON.stringify({ confirm: userId })}`
  return wrong('confirm', detail)
}

function wrong(field: 'confirm' | 'user', detail: string): HubError {
  return new HubError('invalid', `\`${field}\` ${detail}.`, {
    details: { errors: [{ pointer: `/body/${field}`, detail }] },
  })
}

function viewOf(row: privacy.PrivacyRequestRow): ErasureView {
  const receipt = row.status === 'done' ? { receipt: ErasureReceipt.parse(row.result) } : {}
  return { ...progressOf(row), ...receipt }
}
