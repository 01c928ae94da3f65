import type { Session } from '../../app/session.ts'
import type { RoomStore } from '../store.ts'
import { createLiveKitSound } from './livekit.ts'
import { createLocalSound } from './local.ts'
import type { Sound } from './types.ts'

export interface SoundDeps {
  store: RoomStore
  rest: Session['rest']
  /** One's own id. */
  me: string | undefined
}

/** The sound of a room, by where its people are. */
export function createSound(deps: SoundDeps): Sound {
  return deps.store.media.peek() === 'livekit' ? createLiveKitSound(deps) : createLocalSound(deps)
}
