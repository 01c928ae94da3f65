import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

/** An app of somebody else's, in a folder of its own, that has installed the client from its tarball. */
export interface Consumer {
  folder: string
  /** Files of the tarball, and of the one that `npm pack` makes at the root. */
  packed: { client: string[]; root: string[] }
  write(file: string, text: string): Promise<void>
  /** Compiles its .ts files as strictly as can be; rejects with what the compiler says. */
  compile(moduleResolution: 'nodenext' | 'bundler'): Promise<void>
  /** Runs a file with Node; resolves with what it printed once the process has ended by itself. */
  node(file: string, env: Record<string, string>): Promise<string>
  remove(): Promise<void>
}

export async function installClient(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'auralink-consumer-'))
  const pack = async (what: string, to: string) => {
    await run('npm', ['pack', what, '--pack-destination', to], { cwd: ROOT, env: npmEnv() })
    const tarball = (await readdir(to)).find((file) => file.endsWith('.tgz'))
    if (tarball === undefined) throw new Error('npm pack left no tarball')
    const path = join(to, tarball)
    const { stdout } = await run('tar', ['-tzf', path])
    return { path, files: stdout.trim().split('\n') }
  }
  // at the root it builds the client first
  const root = await pack('.', await mkdtemp(join(folder, 'root-')))
  const client = await pack('./dist', await mkdtemp(join(folder, 'client-')))
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  await run(
    'npm',
    ['install', client.path, '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd: folder, env: npmEnv() },
  )

  return {
    folder,
    packed: { client: client.files, root: root.files },
    write: (file, text) => writeFile(join(folder, file), text),
    async compile(moduleResolution) {
      const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext'
      await writeFile(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            ...{ module, moduleResolution, target: 'es2023', lib: ['es2023', 'dom'], types: [] },
            ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
            ...{ skipLibCheck: false, noEmitOnError: true, moduleDetection: 'force' },
          },
          include: ['*.ts'],
        }),
      )
      try {
        await run(process.execPath, [TSC, '-p', folder])
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
        throw new Error(`${stdout}${stderr}`, { cause: error })
      }
    },
    async node(file, env) {
      const { stdout } = await run(process.execPath, [join(folder, file)], {
        timeout: 60_000,
        env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env },
      })
      return stdout
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Without what the npm that runs the tests says of itself: it would say so of this repository. */
function npmEnv() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^npm_(package|lifecycle)_/.test(key)),
  )
}
