import type { RoomView } from '#protocol'

/** Rooms that want a look come first: waiting cases, then heat, then who has people in it. */
export function ranked(rooms: readonly RoomView[]): RoomView[] {
  const cases = (room: RoomView) => Number((room.activity?.open_cases ?? 0) > 0)
  const heat = (room: RoomView) => Math.round((room.activity?.heat ?? 0) * 4)
  const peopled = (room: RoomView) => Number(room.participants > 0)
  return [...rooms].sort(
    (a, b) =>
      cases(b) - cases(a) ||
      heat(b) - heat(a) ||
      peopled(b) - peopled(a) ||
      b.opened_at - a.opened_at,
  )
}

/** How heated the talk is, in a word. */
export function sayHeat(heat: number): { word: string; level: 0 | 1 | 2 | 3 } {
  if (heat >= 0.6) return { word: 'Heated', level: 3 }
  if (heat >= 0.3) return { word: 'Tense', level: 2 }
  if (heat >= 0.1) return { word: 'Lively', level: 1 }
  return { word: 'Calm', level: 0 }
}
