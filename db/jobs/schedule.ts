import { createHash } from 'node:crypto'
import cronParser from 'cron-parser'

/**
 * The id by which all nodes know the job of the last turn at or before `now`. pg-boss's own timer sends what falls into the minute in which some node looks, so that
 * a hub which sleeps at three at night would never do what is due then.
 *
 * @throws Error when `cron` is none
 */
export function turnOf(name: string, cron: string, now: number): string {
  const turns = cronParser.parseExpression(cron, { tz: 'UTC', currentDate: new Date(now + 1) })
  const at = turns.prev().getTime()
  const hex = createHash('sha256').update(`${name} ${at}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
