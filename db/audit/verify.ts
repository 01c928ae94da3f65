import { and, asc, eq, gt, inArray, notExists, sql } from 'drizzle-orm'
import { auditChains as chains, auditEntries as entries } from '../schema/index.ts'
import type { Scopes } from '../scopes.ts'
import { type AuditRow, auditHash } from './hash.ts'
import type { AuditHead } from './types.ts'

type Db = Pick<Scopes, 'withSystem'>

interface AuditBreak {
  chain: string
  /** The first entry that is not as it was written. */
  seq: number
  what: string
}

export interface AuditVerdict {
  chains: number
  entries: number
  /** One for each broken chain. */
  broken: AuditBreak[]
}

/** What is in memory at once: so many chains, and so many entries. */
const CHAINS = 200
const ENTRIES = 1_000
/** Looks at every entry once, by an index: a chain that is not there has no page of its own. */
const ORPHANS_TIMEOUT_MS = 300_000

/** The ends of all chains. */
export async function* auditHeads(db: Db): AsyncIterable<AuditHead> {
  for await (const page of chainPages(db))
    yield* page.map(({ chain, seq, hash }) => ({ chain, seq, hash }))
}

/**
 * Computes every chain anew, and compares it with what the database has and with ends that were exported before. Reads page
 * after page; what is appended meanwhile is left for the next time.
 */
export async function verifyAudit(
  db: Db,
  exported: readonly AuditHead[] = [],
): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { chains: 0, entries: 0, broken: [] }
  const wanted = new Map<string, AuditHead[]>()
  for (const head of exported) wanted.set(head.chain, [...(wanted.get(head.chain) ?? []), head])
  for await (const page of chainPages(db)) {
    const checks = new Map(
      page.map((end) => [end.chain, checkChain(end, wanted.get(end.chain) ?? [])]),
    )
    for await (const row of entriesOf(db, [...checks.keys()])) checks.get(row.chain)?.take(row)
    for (const [chain, check] of checks) {
      wanted.delete(chain)
      const { count, broken } = check.end()
      verdict.chains += 1
      verdict.entries += count
      if (broken) verdict.broken.push({ chain, ...broken })
    }
  }
  const orphans = await orphaned(db)
  for (const chain of [...wanted.keys(), ...orphans.map((orphan) => orphan.chain)])
    if (!verdict.broken.some((known) => known.chain === chain))
      verdict.broken.push({ chain, seq: 1, what: 'the chain itself is missing' })
  return verdict
}

interface ChainEnd extends AuditHead {
  /** The last entry that is there: of the same moment as the head. */
  last: number
}

/** Follows one chain from its first entry to its end. */
function checkChain(end: ChainEnd, exported: readonly AuditHead[]) {
  let seq = 0
  let hash = ''
  let count = 0
  let broken: Omit<AuditBreak, 'chain'> | undefined
  const remembered = new Map(exported.map((head) => [head.seq, head.hash]))

  return {
    take(row: AuditRow): void {
      if (broken || row.seq > end.last) return
      count += 1
      if (row.seq <= seq) broken = { seq: row.seq, what: 'it was put in later' }
      else if (row.seq > seq + 1) broken = { seq: seq + 1, what: 'it is missing' }
      else if (row.hash !== auditHash(hash, row))
        broken = { seq: row.seq, what: 'it is not as it was written' }
      else if ((remembered.get(row.seq) ?? row.hash) !== row.hash)
        broken = { seq: row.seq, what: 'it is another than when the head was exported' }
      seq = row.seq
      hash = row.hash
    },
    end() {
      const furthest = Math.max(end.seq, ...remembered.keys())
      if (!broken && furthest > seq) broken = { seq: seq + 1, what: 'it is missing' }
      if (!broken && end.seq < seq)
        broken = { seq: end.seq + 1, what: 'it is beyond the end that its chain remembers' }
      if (!broken && end.hash !== hash)
        broken = { seq, what: 'it is not the end that its chain remembers' }
      return { count, broken }
    },
  }
}

async function* chainPages(db: Db): AsyncIterable<ChainEnd[]> {
  let after: string | undefined
  for (;;) {
    const page = await db.withSystem('audit heads', (tx) =>
      tx
        .select({
          chain: chains.id,
          seq: chains.seq,
          hash: chains.hash,
          // by its names: within a part of SQL drizzle leaves out the table of a column
          last: sql<number>`coalesce((
            select max(entry.seq) from audit_entries entry where entry.chain_id = audit_chains.id), 0)`,
        })
        .from(chains)
        .where(after === undefined ? undefined : gt(chains.id, after))
        .orderBy(asc(chains.id))
        .limit(CHAINS),
    )
    if (page.length > 0) yield page.map((end) => ({ ...end, last: Number(end.last) }))
    after = page.at(-1)?.chain
    if (page.length < CHAINS) return
  }
}

async function* entriesOf(db: Db, ids: string[]): AsyncIterable<AuditRow> {
  let after: { chain: string; seq: number } | undefined
  for (;;) {
    const page = await db.withSystem('verify audit', (tx) =>
      tx
        .select({
          chain: entries.chainId,
          seq: entries.seq,
          at: entries.at,
          action: entries.action,
          body: entries.body,
          hash: entries.hash,
        })
        .from(entries)
        .where(
          and(
            inArray(entries.chainId, ids),
            after &&
              sql`(${entries.chainId}, ${entries.seq}) > (${after.chain}::uuid, ${after.seq}::bigint)`,
          ),
        )
        .orderBy(asc(entries.chainId), asc(entries.seq))
        .limit(ENTRIES),
    )
    yield* page
    after = page.at(-1)
    if (page.length < ENTRIES) return
  }
}

/** Chains of which only entries are left. */
function orphaned(db: Db): Promise<{ chain: string }[]> {
  return db.withSystem(
    'verify audit',
    (tx) =>
      tx
        .selectDistinct({ chain: entries.chainId })
        .from(entries)
        .where(
          notExists(
            tx
              .select({ id: chains.id })
              .from(chains)
              .where(eq(chains.id, sql`audit_entries.chain_id`)),
          ),
        )
        .limit(CHAINS),
    { timeoutMs: ORPHANS_TIMEOUT_MS },
  )
}
