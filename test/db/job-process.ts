/** A process that takes jobs and never gets done with them, until it is killed. Told by jobs.test.ts where. */
import pino from 'pino'
import { openDatabase } from '#db'

const [url = '', key = ''] = process.argv.slice(2)
const log = pino({ level: 'error' })
const database = await openDatabase({
  ...{ url, dataDir: '/nonexistent', log },
  encryptionKeys: [Buffer.from(key, 'hex')],
})
const jobs = database.createJobs({ log })
jobs.handle('long', () => {
  console.log('taken')
  return new Promise(() => {})
})
await jobs.start()
