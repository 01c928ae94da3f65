import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** How to reach the embedded Postgres. Kept beside the hub's data, readable by the hub alone. */
export interface Access {
  port: number
  password: string
}

/** The superuser; only the supervisor is ever it. */
export const SUPERUSER = 'postgres'
/** The login of the hub, which may create its roles as on a managed Postgres; also its database. */
export const LOGIN = 'auralink'

export async function readAccess(folder: string): Promise<Access | undefined> {
  const text = await readFile(join(folder, 'server.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Access)
}

export async function writeAccess(folder: string, access: Access): Promise<void> {
  const file = join(folder, 'server.json')
  // whole or not at all: without the password the cluster is lost
  await writeFile(`${file}.new`, JSON.stringify(access), { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}

export async function newAccess(): Promise<Access> {
  return { port: await freePort(), password: randomBytes(24).toString('base64url') }
}

/** A port that nobody listens on now: the wanted one if it is free. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.unref()
    server.on('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort())))
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : wanted
      server.close(() => resolve(port))
    })
  })
}

export function urlOf({ port, password }: Access): string {
  return `postgres://${LOGIN}:${password}@127.0.0.1:${port}/${LOGIN}?sslmode=disable`
}
