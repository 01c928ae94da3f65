/**
 * A Postgres of the hub's own, for when none is configured: the binaries that npm brings, run by a
 * supervisor that outlives Ctrl-C and kill -9 on either side.
 */
export { startEmbedded } from './server.ts'
