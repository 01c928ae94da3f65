/**
 * Summaries over what is logged of agents, MCP tools and models: materialised views in the schema `reports`, owned and
 * refreshed by hub_system, read through functions that show each person their own rows, and admins all.
 */
import { sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import type { Scopes } from '../scopes.ts'

/** Rows by view, after a refresh. */
export type ReportRows = Record<(typeof views)[number], number>

/** Times in milliseconds; null where nothing has ended yet. */
interface Timing {
  meanMs: number | null
  p50Ms: number | null
  p95Ms: number | null
  /** Epoch ms. */
  lastAt: number
}

/** How an agent of a person's did in its workflows. */
export interface AgentPerformance extends Timing {
  userId: string
  agentId: string
  executions: number
  succeeded: number
  failed: number
  inputTokens: number
  outputTokens: number
  costUsd: number
}

/** How often a person's agents called an operation of an MCP server. */
export interface McpUsage extends Timing {
  userId: string
  serverId: string
  operation: string
  calls: number
  succeeded: number
  /** With those that were denied or timed out. */
  failed: number
  requestBytes: number
  responseBytes: number
}

/** How a model did for a person in a kind of task. Times are of calls that succeeded. */
export interface LlmComparison extends Timing {
  userId: string
  modelId: string
  taskType: string
  calls: number
  succeeded: number
  failed: number
  /** The mean time to the first token, ms. */
  firstTokenMs: number | null
  inputTokens: number
  outputTokens: number
  costUsd: number
}

export const views = [
  'agent_performance_summary',
  'mcp_usage_summary',
  'llm_comparison_view',
] as const
/** Some 10 million rows on a small machine. */
const REFRESH_TIMEOUT_MS = 600_000

/**
 * Brings the summaries up to date, one after another. Whoever reads meanwhile sees the ones before; a second refresh waits
 * for the first.
 */
export async function refreshReports({ withSystem }: Pick<Scopes, 'withSystem'>) {
  const rows: Partial<ReportRows> = {}
  for (const view of views) {
    rows[view] = await withSystem(
      'reports refresh',
      async (tx) => {
        const name = sql.identifier(view)
        await tx.execute(sql`select set_config('lock_timeout', '0', true)`)
        // empty of all sums as a backup brings it back: pg_restore may not read what it sums up
        const [there] = await tx.execute<{ filled: boolean }>(
          sql`select ispopulated as filled from pg_matviews
               where schemaname = 'reports' and matviewname = ${view}`,
        )
        const how = there?.filled ? sql`concurrently` : sql``
        await tx.execute(sql`refresh materialized view ${how} reports.${name}`)
        const [row] = await tx.execute<{ rows: number }>(
          sql`select count(*) as rows from reports.${name}`,
        )
        return row?.rows ?? 0
      },
      { timeoutMs: REFRESH_TIMEOUT_MS },
    )
  }
  return rows as ReportRows
}

/** Within `withUser`, as are the others: what its person may see, by their agents' names. */
export async function readAgentPerformance(tx: Tx): Promise<AgentPerformance[]> {
  return rowsOf<AgentPerformance>(
    tx,
    sql`select user_id as "userId", agent_id as "agentId", executions, succeeded, failed, ${timing},
               input_tokens::float8 as "inputTokens", output_tokens::float8 as "outputTokens",
               cost_usd as "costUsd"
          from reports.read_agent_performance_summary() order by user_id, agent_id`,
  )
}

export async function readMcpUsage(tx: Tx): Promise<McpUsage[]> {
  return rowsOf<McpUsage>(
    tx,
    sql`select user_id as "userId", server_id as "serverId", operation, calls, succeeded, failed,
               ${timing}, request_bytes::float8 as "requestBytes",
               response_bytes::float8 as "responseBytes"
          from reports.read_mcp_usage_summary() order by user_id, server_id, operation`,
  )
}

export async function readLlmComparison(tx: Tx): Promise<LlmComparison[]> {
  return rowsOf<LlmComparison>(
    tx,
    sql`select user_id as "userId", model_id as "modelId", task_type as "taskType", calls, succeeded,
               failed, ${timing}, first_token_ms as "firstTokenMs",
               input_tokens::float8 as "inputTokens", output_tokens::float8 as "outputTokens",
               cost_usd as "costUsd"
          from reports.read_llm_comparison_view() order by user_id, model_id, task_type`,
  )
}

/** A mean of whole numbers is a `numeric`, which would come as text. */
const timing = sql`mean_ms::float8 as "meanMs", p50_ms as "p50Ms", p95_ms as "p95Ms", last_at as "lastAt"`

async function rowsOf<T>(tx: Tx, query: ReturnType<typeof sql>): Promise<T[]> {
  return [...(await tx.execute<Record<string, unknown>>(query))] as T[]
}
