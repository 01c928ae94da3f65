import { parseArgs } from 'node:util'
import { lockFolder } from './lock.ts'
import { runTool, type ToolContext, type ToolRun, UsageError } from './tool.ts'

const USAGE = `npm run keys                  lists the encryption keys, and how many people's data keys each wraps
npm run keys -- rotate        wraps all data keys with the newest encryption key; where the hub keeps its own keys,
                              makes a new one first and forgets those that were left over from the last time
npm run keys -- forget ID     deletes the data keys that a lost encryption key wraps, and with them what they sealed

With ENCRYPTION_KEY: put the new key before the old one, with a comma between, and restart the hub; rotate; then
take the old one out, and restart it. A rotation that was interrupted is finished by the next one. The hub may run
meanwhile, but for forget.`

async function list({ db, print }: ToolContext): Promise<number> {
  const keys = await db.keys.list()
  for (const { id, state, dataKeys } of keys) print(`${id}  ${state}  wraps ${dataKeys}`)
  return keys.some(({ state }) => state === 'missing') ? 1 : 0
}

async function rotate({ db, print, note }: ToolContext): Promise<number> {
  const { newest, added, dropped, rewrapped, failed } = await db.keys.rotate((done, total) =>
    note(`${done} of ${total}`),
  )
  if (added) print(`${newest} is new; keep a copy of ${db.keys.source}`)
  for (const id of dropped) print(`${id} is forgotten: it wrapped nothing any more`)
  print(`${rewrapped} data keys are wrapped anew, by ${newest}`)
  if (failed > 0) print(`${failed} data keys do not open, and stay as they are: npm run keys`)
  return failed > 0 ? 1 : 0
}

function forget(id: string): ToolRun {
  return async ({ db, config, print }) => {
    // a hub that runs has all keys that are in use: here only the configuration would be missing
    const unlock = lockFolder(config.dataDir)
    try {
      print(`${await db.keys.forget(id)} data keys are deleted`)
    } finally {
      unlock()
    }
    return 0
  }
}

await runTool(USAGE, (args) => {
  const [command, id, ...rest] = parseArgs({ args, allowPositionals: true }).positionals
  if (command === undefined) return list
  if (command === 'rotate' && id === undefined) return rotate
  if (command === 'forget' && id !== undefined && rest.length === 0) return forget(id)
  throw new UsageError(`${args.join(' ')} is no command.`)
})
