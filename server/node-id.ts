import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** This node's name in the fleet: made once, and the same after a restart. */
export function nodeId(dataDir: string, nextId: () => string): string {
  const file = join(dataDir, 'node-id')
  try {
    const id = readFileSync(file, 'utf8').trim()
    if (id !== '') return id
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const id = nextId()
  writeFileSync(file, `${id}\n`)
  return id
}
