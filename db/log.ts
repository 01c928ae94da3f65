import type { Logger } from 'pino'

/** What db/ needs of the logger. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
