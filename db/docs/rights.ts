import type { HubFunction, Rights } from './read.ts'

/** A row for each table: what requests may do with which rows, and what jobs may. */
export function rightsTable(rights: readonly Rights[]): string {
  const tables = [...new Set(rights.map(({ table }) => table))]
  const of = (table: string, role: string) =>
    rights.find((right) => right.table === table && right.role === role)?.commands ?? []
  return markdown(
    ['table', '`hub_app` (a person, by `withUser`)', '`hub_system` (jobs, by `withSystem`)'],
    tables.map((table) => [
      `\`${table}\``,
      byRows(of(table, 'hub_app')).join('<br>') || 'nothing',
      of(table, 'hub_system').map(commandName).join(', ') || 'nothing',
    ]),
  )
}

export function functionTable(functions: readonly HubFunction[]): string {
  return markdown(
    ['function', 'with the rights of', 'may be called by'],
    functions.map(({ name, runsAs, callers }) => [
      `\`${name}\``,
      runsAs === 'the caller' ? runsAs : `\`${runsAs}\``,
      callers.map((role) => `\`${role}\``).join(', ') || 'nobody but its owner',
    ]),
  )
}

/** Commands with the same condition are one line. */
function byRows(commands: Rights['commands']): string[] {
  const lines = new Map<string, string[]>()
  for (const command of commands) {
    const condition = command.rows.map(readable).join(' or ')
    lines.set(condition, [...(lines.get(condition) ?? []), commandName(command)])
  }
  return [...lines].map(([condition, names]) => `${names.join(', ')} where \`${condition}\``)
}

const commandName = ({ command, columns }: Rights['commands'][number]) =>
  columns === null ? command : `${command} (${columns.join(', ')})`

/** As it was written: Postgres puts more parentheses and names around it. */
function readable(condition: string): string {
  return condition
    .replace(/\( ?SELECT (hub_\w+\(\)) AS \w+\)/g, '$1')
    .replaceAll('::uuid[]', '')
    .replace(/^\((.*)\)$/s, '$1')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
}

function markdown(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
