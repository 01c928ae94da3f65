/** The database's part of a hub as a process of its own, for tests that kill it. */
import pino from 'pino'
import { openDatabase, tables } from '#db'

const [dataDir = ''] = process.argv.slice(2)
const db = await openDatabase({ dataDir, log: pino({ level: 'error' }, pino.destination(2)) })

const add = (name: string) =>
  db.withSystem('test', (tx) =>
    tx.insert(tables.rooms).values({ name, ownerId: 'ann', createdAt: 1, openedAt: 1 }),
  )
const names = async () =>
  (await db.withSystem('test', (tx) => tx.select().from(tables.rooms))).map((room) => room.name)

process.on('message', async (message: { add?: string }) => {
  try {
    if (message.add) await add(message.add)
    process.send?.({ names: await names() })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  await new Promise((resolve) => setTimeout(resolve, 500))
  await add('last words')
  await db.close()
  process.exit(0)
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)

process.send?.({ ready: true, address: db.address })
