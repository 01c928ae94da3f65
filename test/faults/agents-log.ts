import type { RoomEvent, RoomEventOf } from '#protocol'
import type { SeenEvent } from '../support/checker.ts'

/** What is wrong with the agents' part of a log: each run once, each answer once, summaries that only go forward. */
export function agentFaults(log: readonly SeenEvent[]): string[] {
  const events = log as readonly RoomEvent[]
  const of = <T extends RoomEvent['type']>(type: T) =>
    events.filter((event): event is RoomEventOf<T> => event.type === type)
  const faults: string[] = []
  const once = (what: string, keys: readonly string[]) => {
    const seen = new Set<string>()
    for (const key of keys) {
      if (seen.has(key)) faults.push(`${what} ${key} is there twice`)
      seen.add(key)
    }
  }
  const started = of('run.started').map(({ data }) => data.run)
  const finished = new Set(of('run.finished').map(({ data }) => data.run))
  once('run.started of', started)
  once(
    'run.finished of',
    of('run.finished').map(({ data }) => data.run),
  )
  once(
    'talkback.said of',
    of('talkback.said').flatMap(({ data }) => (data.run === undefined ? [] : [data.run])),
  )
  for (const run of started) if (!finished.has(run)) faults.push(`run ${run} never finished`)
  const greetings = of('run.started').filter(({ data }) => data.workflow === 'auto_join').length
  const joins = of('participant.joined').length
  if (greetings > joins) faults.push(`${greetings} greetings for ${joins} who came in`)
  let version = 0
  let upto = 0
  for (const { data } of of('summary.updated')) {
    if (data.version !== version + 1)
      faults.push(`summary version ${data.version} follows ${version}`)
    if (data.upto <= upto) faults.push(`summary up to ${data.upto} follows one up to ${upto}`)
    version = data.version
    upto = data.upto
  }
  return faults
}
