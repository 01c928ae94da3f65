import { allows, type BlankEvent, type Principal, type RoomEvent, render, visible } from '#protocol'
import type { RoomCore } from './core.ts'
import { rightsOf } from './rights.ts'

/** How a principal sees this room's events. */
export function viewFor(
  core: RoomCore,
  principal: Principal,
): (event: RoomEvent) => RoomEvent | BlankEvent {
  const reader = {
    userId: principal.userId,
    moderates: allows(rightsOf(core, principal), 'moderate'),
  }
  const settings = { moderatorsSeePrivate: core.settings.moderators_see_private }
  return (event) => render(event, visible(event, reader, settings))
}
