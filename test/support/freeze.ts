import { execFileSync } from 'node:child_process'
import type { TestServer } from './database-server.ts'

/** Stops a Postgres as a hanging machine would: all its processes. Returns what lets it go on. */
export function freeze(server: TestServer): () => void {
  process.kill(server.pid, 'SIGSTOP')
  const backends = execFileSync('ps', ['--ppid', String(server.pid), '-o', 'pid='])
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number)
  for (const pid of backends) process.kill(pid, 'SIGSTOP')
  return () => {
    for (const pid of [...backends, server.pid]) process.kill(pid, 'SIGCONT')
  }
}
