import type { AuditEntryView, ErasureReceipt } from '#protocol'

/** What an entry of the audit tells, from its code: `room.settings_changed` is "Room settings changed". */
export function sayAction(action: string): string {
  const words = action.replace('livekit', 'LiveKit').split(/[._]/).join(' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** By whom and from where; nobody's name where that person was erased. */
export function sayBy(by: AuditEntryView['by'], me: string | undefined): string {
  if (by === 'system') return 'by the hub itself'
  const { id, address } = by
  const who = id === undefined ? 'by somebody who was erased' : id === me ? 'by you' : `by ${id}`
  return address === undefined ? who : `${who}, from ${address}`
}

/** Details as one line: `settings: retention days 30`. */
export function sayDetails(details: Record<string, unknown>): string {
  return Object.entries(details)
    .map(([key, value]) => `${plain(key)}: ${sayValue(value)}`)
    .join(' · ')
}

function sayValue(value: unknown): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(sayValue).join(', ')
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, one]) => `${plain(key)} ${sayValue(one)}`)
      .join(', ')
  return String(value)
}

/** Where something was kept, from the name of that place. */
function sayPlace(name: string): string {
  const words = plain(name).replace('mcp', 'MCP').replace('llm', 'LLM')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** The lines of a receipt: what was erased where, most first, without places that had nothing. */
export function linesOf({ places }: ErasureReceipt) {
  return Object.entries(places)
    .map(([name, { erased, kept = 0, why = '' }]) => ({ place: sayPlace(name), erased, kept, why }))
    .filter(({ erased, kept }) => erased + kept > 0)
    .sort((a, b) => b.kept - a.kept || b.erased - a.erased)
}

function plain(code: string): string {
  return code.replaceAll('_', ' ')
}
