/** Parameters of libpq that neither driver knows; postgres.js would send them to the server. */
const foreign = ['channel_binding', 'gssencmode', 'sslnegotiation', 'uselibpqcompat', 'pgbouncer']

/** The address for postgres.js. */
export function forPostgresJs(url: string): string {
  const parsed = new URL(url)
  for (const name of foreign) parsed.searchParams.delete(name)
  return parsed.href
}

/** The address for node-postgres, in which `sslmode` is to mean what it means everywhere else. */
export function forNodePostgres(url: string): string {
  const parsed = new URL(forPostgresJs(url))
  if (parsed.searchParams.has('sslmode')) parsed.searchParams.set('uselibpqcompat', 'true')
  return parsed.href
}

/** The address without its secrets, for logs. */
export function forLogs(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname || 'local'}:${port || '5432'}${pathname}`
}
