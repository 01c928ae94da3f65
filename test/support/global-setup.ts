import type { TestProject } from 'vitest/node'
import { startDebianPostgres } from './database-server.ts'
import { livekitServer } from './livekit.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's address of the shared test server. */
    postgres: string
  }
}

/** One Postgres for all integration tests; each file makes itself a database on it. */
export default async function setup(project: TestProject) {
  // those who need it wait for it; a failure is told to them
  livekitServer().catch(() => {})
  const server = await startDebianPostgres()
  project.provide('postgres', server.url)
  return server.stop
}
