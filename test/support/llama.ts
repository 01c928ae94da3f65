import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { cached } from './cached.ts'

const run = promisify(execFile)
const VERSION = '3.22.1'
const INSTALL_MS = 240_000

/** The build of llama.cpp for each platform that needs no graphics card; a Mac's has no other. */
const BUILDS: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
}

/**
 * node-llama-cpp with the one build that this machine needs, installed once on its own: as a dependency
 * it would bring those of all graphics cards, 670 MB. Answers what to import.
 */
export async function nodeLlamaCpp(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  const build = BUILDS[platform]
  if (build === undefined)
    throw new Error(`This test needs a build of llama.cpp, and knows none for ${platform}.`)
  const folder = await cached(`node-llama-cpp-${VERSION}-${build}`, async (to) => {
    await writeFile(join(to, 'package.json'), '{ "private": true }')
    const packages = [`node-llama-cpp@${VERSION}`, `@node-llama-cpp/${build}@${VERSION}`]
    await run(
      'npm',
      [
        ...['install', '--prefix', to, ...packages, '--no-save', '--no-package-lock'],
        ...['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'],
      ],
      { cwd: to, timeout: INSTALL_MS, shell: process.platform === 'win32' },
    )
  })
  return pathToFileURL(join(folder, 'node_modules/node-llama-cpp/dist/index.js')).href
}
