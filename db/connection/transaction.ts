import { DrizzleQueryError } from 'drizzle-orm/errors'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import type { Connection } from './connection.ts'
import { UnavailableError } from './unavailable.ts'

/** What a unit of work may do with the database, until its function settles. */
export type Tx = Pick<
  PostgresJsDatabase,
  | '$count'
  | '$with'
  | 'delete'
  | 'execute'
  | 'insert'
  | 'select'
  | 'selectDistinct'
  | 'selectDistinctOn'
  | 'update'
  | 'with'
>

export interface TransactionOptions {
  /** Settings of the transaction (role, claims, timeouts), set in one statement. */
  settings: Readonly<Record<string, string>>
  /** After this the connection is cut, whether the server hangs or `fn` does. */
  deadlineMs: number
}

/**
 * Runs `fn` in a transaction. A failed or late `fn` leaves nothing behind; only a connection that is lost
 * during the commit itself leaves it open whether the commit happened.
 */
export async function inTransaction<T>(
  connection: Connection,
  { settings, deadlineMs }: TransactionOptions,
  fn: (tx: Tx) => Promise<T>,
): Promise<T> {
  let over = false
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new UnavailableError('ETIMEDOUT', 'a transaction took too long and was cut')
      reject(error)
      connection.destroy(error.message)
    }, deadlineMs)
  })
  const work = async () => {
    const { text, values } = setConfig(settings)
    await Promise.all([connection.run('begin'), connection.run(text, values)])
    const result = await fn(openTx(connection, () => over))
    over = true
    const { command } = await connection.run('commit')
    // Postgres answers a commit of a failed transaction with ROLLBACK and no error
    if (command !== 'COMMIT') throw new Error('a query of the transaction failed, unheeded')
    return result
  }
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    over = true
    if (!connection.lost) {
      await connection.run('rollback').catch(() => connection.destroy('could not roll back'))
    }
    // drizzle's own message holds the query's values, which may be what a person said
    throw error instanceof DrizzleQueryError && error.cause ? error.cause : error
  } finally {
    clearTimeout(timer)
  }
}

function setConfig(settings: Readonly<Record<string, string>>) {
  const names = Object.keys(settings)
  const calls = names.map((name, index) => `set_config('${name}', $${index + 1}, true)`)
  return { text: `select ${calls.join(', ')}`, values: Object.values(settings) }
}

/** A drizzle handle on this transaction alone: refused once it is over. */
function openTx(connection: Connection, isOver: () => boolean): Tx {
  const refuseIfOver = () => {
    if (isOver()) throw new Error('the transaction is over: a query was not awaited inside it')
  }
  const client = {
    options: connection.options,
    unsafe: (query: string, params?: Parameters<Connection['run']>[1]) => ({
      // biome-ignore lint/suspicious/noThenProperty: drizzle awaits it, or asks for its values
      then: (...settle: Parameters<Promise<unknown>['then']>) => {
        refuseIfOver()
        return connection.run(query, params).then(...settle)
      },
      values: async () => {
        refuseIfOver()
        return connection.values(query, params)
      },
    }),
  }
  // drizzle uses these two members of a client, outside of nested transactions
  return drizzle(client as unknown as postgres.Sql, { casing: 'snake_case' })
}
