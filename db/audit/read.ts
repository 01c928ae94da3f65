import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Tx } from '../connection/transaction.ts'
import { auditChains as chains, auditEntries as entries } from '../schema/index.ts'
import { type Vault, VaultError } from '../vault/index.ts'
import { AuditBody, placeOf } from './body.ts'
import type { AuditHead, AuditRecord } from './types.ts'

type Part = 'by' | 'target' | 'details'

const Actor = z.object({ id: z.string(), address: z.string().optional() })
const Details = z.record(z.string(), z.unknown())

/**
 * A page of an owner's chain, newest first. Run it in `withUser`, where row level security leaves out the chains of others,
 * or in `withSystem`.
 */
export async function listAudit(
  tx: Tx,
  vault: Pick<Vault, 'open'>,
  { owner, before, limit }: { owner: string; before?: number | undefined; limit: number },
): Promise<AuditRecord[]> {
  const rows = await tx
    .select({
      seq: entries.seq,
      at: entries.at,
      action: entries.action,
      body: entries.body,
    })
    .from(entries)
    .where(
      and(
        eq(
          entries.chainId,
          // once: the chain's rows are then found by the index, in their order
          sql`(select chain.id from audit_chains chain where chain.owner_id = ${owner})`,
        ),
        before === undefined ? undefined : lt(entries.seq, before),
      ),
    )
    .orderBy(desc(entries.seq))
    .limit(limit)
  const found = rows.map(({ body, ...row }) => ({ ...row, body: bodyOf(body) }))
  const persons = await personsOf(
    tx,
    found.flatMap(({ body: { by, target, details } }) => [by, target, details].map(keyId)),
  )

  /** Undefined when its person was erased, or when it was tampered with, which the verification says. */
  async function open(id: string | undefined, part: Part, sealed: string | undefined) {
    const person = persons.get(keyId(sealed) ?? '')
    if (id === undefined || sealed === undefined || person === undefined) return undefined
    try {
      return (await vault.open(tx, placeOf(id, part, person), sealed)).reveal()
    } catch (error) {
      if (error instanceof VaultError && error.code !== 'unknown_key') return undefined
      throw error
    }
  }

  return Promise.all(
    found.map(async ({ seq, at, action, body }) => {
      const { id, request } = body
      const [by, target, details] = await Promise.all([
        body.by === 'system' ? undefined : open(id, 'by', body.by),
        open(id, 'target', body.target),
        open(id, 'details', body.details),
      ])
      const actor = by === undefined ? {} : Actor.parse(JSON.parse(by))
      return {
        ...{ seq, at, action },
        by: body.by === 'system' ? body.by : actor,
        ...(target === undefined ? {} : { target }),
        ...(request === undefined ? {} : { request }),
        ...(details === undefined ? {} : { details: Details.parse(JSON.parse(details)) }),
      }
    }),
  )
}

/** Nothing readable, where it was tampered with: the verification says so, and the other entries can be read. */
function bodyOf(text: string): Partial<AuditBody> {
  return AuditBody.safeParse(parsed(text)).data ?? {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where an owner's chain ends; undefined before its first entry. */
export async function findAuditHead(tx: Tx, owner: string): Promise<AuditHead | undefined> {
  const [head] = await tx
    .select({ chain: chains.id, seq: chains.seq, hash: chains.hash })
    .from(chains)
    .where(eq(chains.ownerId, owner))
  return head
}

/** Sealed text says by which key, and the key whose it is: as long as there is one. */
function keyId(sealed: string | undefined): string | undefined {
  const id = z.uuid().safeParse(sealed?.split('.')[1])
  return id.success ? id.data : undefined
}

async function personsOf(tx: Tx, ids: (string | undefined)[]): Promise<Map<string, string>> {
  const known = [...new Set(ids)].flatMap((id) => (id === undefined ? [] : [id]))
  if (known.length === 0) return new Map()
  const rows = await tx.execute<{ key_id: string; person: string }>(
    sql`select key_id, person from data_key_persons(${`{${known.join(',')}}`}::uuid[])`,
  )
  return new Map(rows.map(({ key_id, person }) => [key_id, person]))
}
