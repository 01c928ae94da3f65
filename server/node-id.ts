import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from './system-error.ts'

/** This node's name in the fleet: made once, and the same after a restart. */
export function nodeId(dataDir: string, nextId: () => string): string {
  const file = join(dataDir, 'node-id')
  try {
    const id = readFileSync(file, 'utf8').trim()
    if (id !== '') return id
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  const id = nextId()
  writeFileSync(file, `${id}\n`)
  return id
}
