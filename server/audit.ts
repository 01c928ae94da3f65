import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type AuditHead, auditHeads, verifyAudit } from '#db'
import { runTool, type ToolContext, type ToolRun, UsageError } from './tool.ts'

const USAGE = `npm run audit -- verify [--heads FILE]
npm run audit -- heads

verify   computes every chain of the audit anew, names the first entry of each that is not as it was written, and
         ends with 1 when there is one; with --heads also what was taken or written anew since they were printed
heads    prints where each chain ends, a line of JSON each: keep them where who runs the database cannot change them`

const Head = z.object({ chain: z.uuid(), seq: z.int().nonnegative(), hash: z.string() })

await runTool(USAGE, (args) => {
  const { values, positionals } = parseArgs({
    args,
    options: { heads: { type: 'string' } },
    allowPositionals: true,
  })
  const [command, ...more] = positionals
  if (more.length > 0) throw new UsageError(`${more.join(' ')} is too much.`)
  if (command === 'verify') return verify(values.heads)
  if (command === 'heads' && values.heads === undefined) return heads
  throw new UsageError('Say verify or heads.')
})

function verify(file: string | undefined): ToolRun {
  const exported = file === undefined ? [] : readHeads(file)
  return async ({ db, print }) => {
    const { chains, entries, broken } = await verifyAudit(db, exported)
    for (const { chain, seq, what } of broken) print(`chain ${chain}, entry ${seq}: ${what}`)
    print(
      `${entries} entries in ${chains} chains: ${broken.length === 0 ? 'all as they were written' : `${broken.length} broken`}`,
    )
    return broken.length === 0 ? 0 : 1
  }
}

async function heads({ db, print }: ToolContext): Promise<number> {
  for await (const head of auditHeads(db)) print(JSON.stringify(head))
  return 0
}

/** What `heads` printed, also more than once. */
function readHeads(file: string): AuditHead[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const head = Head.safeParse(parsed(line))
      if (!head.success)
        throw new UsageError(`Line ${index + 1} of ${file} is none that heads printed.`)
      return head.data
    })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
