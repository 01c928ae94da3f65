import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from './config.ts'
import { makeDataDir } from './data-dir.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auralink-data-dir-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('is made with its parents, for this user alone, and may be there already', () => {
  const path = join(folder, 'a', 'b')
  makeDataDir(path)
  makeDataDir(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test('one that cannot be used is told in one sentence that names DATA_DIR', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  for (const [path, reason] of [
    [file, 'it is a file'],
    [join(file, 'below'), 'a part of its path is a file'],
  ] as const) {
    const refused = () => makeDataDir(path)
    expect(refused).toThrow(ConfigError)
    expect(refused).toThrow(`${path} cannot be used: ${reason}. Set DATA_DIR`)
  }
})
