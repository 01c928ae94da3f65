import { getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import * as roomAgents from '../schema/agents.ts'
import * as arrival from '../schema/arrival.ts'
import * as http from '../schema/http.ts'
import * as llm from '../schema/llm.ts'
import * as mcp from '../schema/mcp.ts'
import * as moderation from '../schema/moderation.ts'
import * as nodes from '../schema/nodes.ts'
import * as prefect from '../schema/prefect.ts'
import * as privacy from '../schema/privacy.ts'
import * as recordings from '../schema/recordings.ts'
import * as rooms from '../schema/rooms.ts'
import * as teams from '../schema/teams.ts'
import * as workflows from '../schema/workflows.ts'
import type { Column, ForeignKey } from './read.ts'

const domains = [
  { title: 'Rooms', modules: [rooms, roomAgents, moderation, recordings, arrival] },
  { title: 'Agents and teams', modules: [workflows, teams] },
  { title: 'Models', modules: [llm] },
  { title: 'MCP', modules: [mcp] },
  { title: 'Prefect', modules: [prefect] },
  { title: 'Keys, audit and privacy', modules: [privacy] },
  { title: 'The hub itself', modules: [nodes, http] },
]

/** A Mermaid diagram for each domain; tables of other domains are drawn by name alone. */
export function drawDiagrams(columns: readonly Column[], keys: readonly ForeignKey[]): string {
  const drawn = new Set<string>()
  const parts = domains.map(({ title, modules }) => {
    const tables = new Set(modules.flatMap(tablesOf).sort())
    for (const table of tables) drawn.add(table)
    const entities = [...tables].flatMap((table) => [
      `  ${table} {`,
      ...columns.filter((column) => column.table === table).map((column) => `    ${draw(column)}`),
      '  }',
    ])
    const lines = keys
      .filter(({ child }) => tables.has(child))
      .map(
        ({ child, parent, columns: by, optional }) =>
          `  ${parent} ${optional ? '|o' : '||'}--o{ ${child} : "${by.join(', ')}"`,
      )
    return [`### ${title}`, '', '```mermaid', 'erDiagram', ...entities, ...lines, '```'].join('\n')
  })
  const forgotten = columns.map(({ table }) => table).filter((table) => !drawn.has(table))
  if (forgotten.length > 0) throw new Error(`in no domain: ${[...new Set(forgotten)].join(', ')}`)
  return parts.join('\n\n')
}

function tablesOf(module: object): string[] {
  return Object.values(module)
    .filter((value): value is PgTable => is(value, PgTable))
    .map(getTableName)
}

function draw({ name, type, primary, unique, foreign, nullable }: Column): string {
  const marks = [primary && 'PK', foreign && 'FK', unique && 'UK'].filter((mark) => mark !== false)
  const word = type.replace('timestamp with time zone', 'timestamptz').replaceAll(' ', '_')
  return [word, name, marks.join(', '), nullable ? '"or null"' : '']
    .filter((part) => part !== '')
    .join(' ')
}
