import type { RoomEvent } from '#protocol'

/** Events of a room for tests: a second apart, from time 0. */
export function eventAt(
  seq: number,
  type: RoomEvent['type'],
  data: object,
  more: { name?: string; at?: number; to?: string; kind?: 'person' | 'agent' } = {},
): RoomEvent {
  const { name = 'Ana', at = seq * 1000, to, kind = 'person' } = more
  return {
    ...{ room: 'r', epoch: 1, seq, id: `e${seq}`, at, type, data },
    actor: { id: name.toLowerCase(), name, kind },
    ...(to === undefined ? {} : { to }),
  } as RoomEvent
}

export function saidAt(seq: number, text: string, name = 'Ana', at = seq * 1000): RoomEvent {
  const data = { segment: `s${seq}`, text, source: 'caption' }
  return eventAt(seq, 'transcript.final', data, { name, at })
}

export function hiddenAt(seq: number, type: 'hidden' | 'erased' = 'hidden') {
  return { room: 'r', epoch: 1, seq, at: seq * 1000, type }
}
