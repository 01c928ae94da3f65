/** The sample meeting that comes along, and what plays it. For Node only: it reads a file. */
import { readFileSync } from 'node:fs'
import { Meeting } from './meeting.ts'

export { type PlayPerson, playMeeting } from './play.ts'

export function readSampleMeeting(): Meeting {
  const file = new URL('sample-meeting.json', import.meta.url)
  return Meeting.parse(JSON.parse(readFileSync(file, 'utf8')))
}
