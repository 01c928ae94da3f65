import type { SeenEvent } from './checker.ts'

async function request(url: string, token: string, path: string, init: RequestInit) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}/api/v1${path}`, { ...init, headers })
  const text = await response.text()
  if (!response.ok) throw new Error(`${init.method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

/** `GET /api/v1/...`; throws the problem when the answer is one. */
function getJson(url: string, token: string, path: string) {
  return request(url, token, path, { method: 'GET' })
}

export function putJson(url: string, token: string, path: string, body: object) {
  return request(url, token, path, { method: 'PUT', body: JSON.stringify(body) })
}

export function postJson(url: string, token: string, path: string, body: object) {
  return request(url, token, path, { method: 'POST', body: JSON.stringify(body) })
}

/** A room's whole log over REST, as the token's person may see it. */
export async function readLog(url: string, token: string, room: string): Promise<SeenEvent[]> {
  const log: SeenEvent[] = []
  let after: string | null = '0'
  while (after !== null) {
    const path = `/rooms/${encodeURIComponent(room)}/events?limit=100&after=${after}`
    const page: { items: SeenEvent[]; next_cursor: string | null } = await getJson(url, token, path)
    log.push(...page.items)
    after = page.next_cursor
  }
  return log
}
