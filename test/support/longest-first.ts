import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files of half a minute and more, the longest first: begun late, one would be all that still runs. */
const LONG = [
  'soak/soak',
  'faults/kill',
  'e2e/meetings',
  'contract/schemathesis',
  'e2e/livekit',
  'e2e/scenarios/axe',
  'faults/livekit',
  'rooms/livekit',
  'rooms/enforcement',
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
