import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files of half a minute and more: begun late, one would be all that still runs. First those that wait for the
 * LiveKit server, whose build on a fresh machine takes the processor for two minutes.
 */
const LONG = [
  'soak/soak',
  'rooms/livekit',
  'rooms/enforcement',
  'faults/livekit',
  'faults/kill',
  'e2e/meetings',
  'contract/schemathesis',
  'e2e/livekit',
  'e2e/scenarios/axe',
  'contract/start',
  'db/embedded',
  'e2e/console-sign-in',
  'faults/drain',
  'contract/restart',
]

/** A fresh clone knows no durations of before, and the size of a file says little of how long it takes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return at === -1 ? LONG.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
