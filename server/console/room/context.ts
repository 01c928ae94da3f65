import type { ReadonlySignal, Signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Sound } from './sound/types.ts'
import type { RoomStore } from './store.ts'

/** The parts of a room's page. */
export interface RoomParts {
  store: RoomStore
  /** The entry that was jumped to last; `times` tells a second jump to the same one. */
  target: ReadonlySignal<{ seq: number; times: number } | undefined>
  /** Shows what a seq says, fetching it when it is not there yet. */
  jump(seq: number): void
  /** Whether one takes part with sound; it is there once its parts are fetched. */
  wantsSound: Signal<boolean>
  sound: Signal<Sound | undefined>
}

export const RoomContext = createContext<RoomParts | undefined>(undefined)

export function useRoom(): RoomParts {
  const parts = useContext(RoomContext)
  if (parts === undefined) throw new Error('Rendered outside of a room.')
  return parts
}
