/** `npm run soak [-- MINUTES]` (default 30): prints what the hub holds while people come and go, and by how much it grows. */
import { startDebianPostgres } from '../support/database-server.ts'
import { type Holding, slope, soak } from './soak.ts'

const minutes = Number(process.argv[2] ?? 30)
if (!(minutes > 0)) {
  console.error('npm run soak -- MINUTES: a number above 0')
  process.exit(2)
}
const line = ({ minutes: at, megabytes, files, handles }: Holding) =>
  `${at.toFixed(1).padStart(5)} min  ${megabytes.toFixed(0).padStart(5)} MB  ${String(files).padStart(4)} files  ${String(handles).padStart(4)} handles`

const server = await startDebianPostgres()
try {
  const report = await soak(server.url, minutes, (sample) => console.log(line(sample)))
  console.log(`\nonce everybody had gone:\n${line(report.after)}`)
  console.log(`${report.visits} visits, ${report.heard} finals in LiveKit rooms`)
  for (const what of ['megabytes', 'files', 'handles'] as const)
    console.log(`${what} a minute: ${slope(report.samples, (one) => one[what]).toFixed(2)}`)
} finally {
  await server.stop()
}
