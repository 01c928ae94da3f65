/**
 * `npm run bench [-- NAME...]`: prints what the hub costs, each figure beside its baseline from the same run.
 * It asserts nothing: figures depend on the machine, which is printed with them.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { query, startDebianPostgres, type TestServer } from '../support/database-server.ts'
import * as appendRate from './append-rate.ts'
import * as audit from './audit.ts'
import type { Bench, BenchFile, Row } from './bench.ts'
import * as fanout from './fanout.ts'
import * as graph from './graph.ts'
import * as livekitMute from './livekit-mute.ts'
import * as livekitRooms from './livekit-rooms.ts'
import * as livekitTalk from './livekit-talk.ts'
import * as meetings from './meetings.ts'
import * as memory from './memory.ts'
import * as moderation from './moderation.ts'
import * as reports from './reports.ts'
import * as rooms from './rooms.ts'
import * as scoped from './scoped.ts'

const all: BenchFile[] = [
  moderation,
  graph,
  appendRate,
  audit,
  scoped,
  reports,
  memory,
  fanout,
  rooms,
  meetings,
  livekitRooms,
  livekitMute,
  livekitTalk,
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !all.some((bench) => bench.name === name))
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(', ')}. There are: ${all.map((b) => b.name).join(', ')}`)
  process.exit(2)
}

let server: TestServer | undefined
const bench: Bench = {
  async postgres() {
    server ??= await startDebianPostgres({ fsync: true })
    return server
  },
  say: (line) => console.log(`  ${line}`),
}

try {
  console.log(await machine())
  for (const { name, run } of all) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    console.log(`\n${name}`)
    const startedAt = performance.now()
    print(await run(bench))
    console.log(`  (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`)
  }
} finally {
  await server?.stop()
}

async function machine(): Promise<string> {
  const [cpu] = cpus()
  const [row] = await query((await bench.postgres()).url, 'show server_version')
  const version = (name: string): string =>
    JSON.parse(
      readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8'),
    ).version
  return [
    `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}`,
    `Node ${process.version}, Postgres ${row?.server_version} (fsync on), Socket.IO ${version('socket.io')}, LangGraph ${version('@langchain/langgraph')}`,
    `AuraLink ${commit()}`,
  ].join('\n')
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  } catch {
    return 'outside of git'
  }
}

function print(rows: Row[]): void {
  const head: Row = {
    what: '',
    ours: 'hub',
    baseline: 'baseline',
    compared: 'compared',
    bound: 'bound',
  }
  const cells = [head, ...rows].map(({ what, ours, baseline, compared, bound }) => [
    what,
    ours,
    baseline ?? '-',
    compared ?? '-',
    bound ?? '-',
  ])
  const widths =
    head && cells[0]?.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)))
  for (const row of cells)
    console.log(`  | ${row.map((cell, i) => cell.padEnd(widths?.[i] ?? 0)).join(' | ')} |`)
}
