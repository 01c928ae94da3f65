import { checkpointPlace } from '#agents'
import { type Database, type PersonalPlace, privacy } from '#db'
import { type Rooms, roomPlaces } from '#rooms'
import type { Recordings } from '#rooms/recording'

/**
 * Every place where the hub keeps personal data, in the order in which a person is erased: what is live first, so that
 * nothing is written behind it. Requests and their archives are one more, which `createPrivacy` adds.
 */
export function everyPlace({
  db,
  rooms,
  recordings,
}: {
  db: Database
  rooms: Pick<Rooms, 'privacy'>
  recordings: Recordings
}): PersonalPlace[] {
  return [
    ...roomPlaces({ db, privacy: rooms.privacy, recordings }),
    checkpointPlace(db),
    ...privacy.personalTables(db),
  ]
}
