import type { App, HttpDeps } from '../../types.ts'
import { agents } from './agents.ts'
import { claimCase } from './claim-case.ts'
import { closeRoom } from './close-room.ts'
import { createRoom } from './create-room.ts'
import { deleteRoom } from './delete-room.ts'
import { getMinutes } from './get-minutes.ts'
import { getRoom } from './get-room.ts'
import { getSummary } from './get-summary.ts'
import { getTranscript } from './get-transcript.ts'
import { listCases } from './list-cases.ts'
import { listEvents } from './list-events.ts'
import { listParticipants } from './list-participants.ts'
import { listRecordings } from './list-recordings.ts'
import { listRestrictions } from './list-restrictions.ts'
import { listRooms } from './list-rooms.ts'
import { members } from './members.ts'
import { patchRoom } from './patch-room.ts'
import { recordings } from './recordings.ts'
import { reviewCase } from './review-case.ts'

/** The rooms of the REST API. */
export function roomRoutes(app: App, deps: HttpDeps): void {
  listRooms(app, deps)
  createRoom(app, deps)
  getRoom(app, deps)
  patchRoom(app, deps)
  deleteRoom(app, deps)
  closeRoom(app, deps)
  listParticipants(app, deps)
  listEvents(app, deps)
  getTranscript(app, deps)
  getMinutes(app, deps)
  getSummary(app, deps)
  listCases(app, deps)
  reviewCase(app, deps)
  claimCase(app, deps)
  listRestrictions(app, deps)
  listRecordings(app, deps)
  recordings(app, deps)
  members(app, deps)
  agents(app, deps)
}
