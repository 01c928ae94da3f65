import { and, eq, getTableColumns } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { userMcpConnections as connections } from '../schema/index.ts'
import type { Place, Secret, Vault } from '../vault/index.ts'

type Row = typeof connections.$inferSelect
/** A connection as its owner sees it: the hint is all that is shown of the credentials. */
export type ConnectionRow = Omit<Row, 'credentials'>

export interface NewConnection {
  id: string
  userId: string
  serverId: string
  /** Absent for servers that need none. */
  credentials?: string
  settings?: Record<string, unknown>
  createdAt: number
}

const { credentials: sealed, ...shown } = getTableColumns(connections)

/** Credentials are sealed for their owner; neither the table nor what is returned holds them readable. */
export async function insertConnection(
  tx: Tx,
  vault: Pick<Vault, 'seal'>,
  { credentials, ...connection }: NewConnection,
): Promise<ConnectionRow> {
  const secret = credentials === undefined ? {} : await sealFor(tx, vault, connection, credentials)
  const [made] = await tx
    .insert(connections)
    .values({ ...connection, ...secret })
    .returning(shown)
  if (!made) throw new Error('a connection was not kept')
  return made
}

/** Replaces the credentials. False: the scope sees no such connection. */
export async function writeCredentials(
  tx: Tx,
  vault: Pick<Vault, 'seal'>,
  connection: { id: string; userId: string },
  credentials: string,
): Promise<boolean> {
  const changed = await tx
    .update(connections)
    .set(await sealFor(tx, vault, connection, credentials))
    .where(and(eq(connections.id, connection.id), eq(connections.userId, connection.userId)))
    .returning({ id: connections.id })
  return changed.length > 0
}

/**
 * Undefined: the scope sees no such connection, or it has no credentials.
 *
 * @throws VaultError when they do not open
 */
export async function readCredentials(
  tx: Tx,
  vault: Pick<Vault, 'open'>,
  id: string,
): Promise<Secret | undefined> {
  const [row] = await tx
    .select({ userId: connections.userId, sealed })
    .from(connections)
    .where(eq(connections.id, id))
  return row?.sealed ? vault.open(tx, placeOf({ id, userId: row.userId }), row.sealed) : undefined
}

/** Shorter credentials would be shown by their hint for more than a quarter. */
const HINTED_FROM = 16

async function sealFor(
  tx: Tx,
  vault: Pick<Vault, 'seal'>,
  owner: { id: string; userId: string },
  credentials: string,
) {
  return {
    credentials: await vault.seal(tx, placeOf(owner), credentials),
    credentialsHint: credentials.length < HINTED_FROM ? null : credentials.slice(-4),
  }
}

function placeOf({ id, userId }: { id: string; userId: string }): Place {
  return { table: 'user_mcp_connections', column: 'credentials', row: id, userId }
}
