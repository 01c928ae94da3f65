import { ParticipantPermission, TrackSource } from '@livekit/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { muted, type Publishing, permissionWith, same } from './permission.ts'
import { createSeals } from './seal.ts'

const { CAMERA, MICROPHONE, SCREEN_SHARE, SCREEN_SHARE_AUDIO, UNKNOWN } = TrackSource
const publishing = fc.record({
  canPublish: fc.boolean(),
  canPublishData: fc.boolean(),
  canPublishSources: fc.uniqueArray(
    fc.constantFrom(CAMERA, MICROPHONE, SCREEN_SHARE, SCREEN_SHARE_AUDIO, UNKNOWN),
  ),
})
/** As LiveKit judges: an empty list means every source. */
const may = ({ canPublish, canPublishSources }: Publishing, source: TrackSource) =>
  canPublish && (canPublishSources.length === 0 || canPublishSources.includes(source))

test('a mute takes all voices and data, and gives nothing that was not there', () => {
  fc.assert(
    fc.property(publishing, (before) => {
      const after = muted(before)
      expect(after.canPublishData).toBe(false)
      for (const voice of [MICROPHONE, SCREEN_SHARE_AUDIO]) expect(may(after, voice)).toBe(false)
      for (const picture of [CAMERA, SCREEN_SHARE])
        expect(may(after, picture)).toBe(may(before, picture))
      expect(same(muted(after), after)).toBe(true)
    }),
  )
})

test('what is not about publishing stays as it is', () => {
  const now = new ParticipantPermission({ canSubscribe: true, canUpdateMetadata: true })
  const next = permissionWith(now, muted({ ...now.clone(), canPublish: true }))
  expect(next).toMatchObject({ canSubscribe: true, canUpdateMetadata: true, canPublish: true })
})

test('only what a hub sealed for this participant of this room is opened', () => {
  const { seal, open } = createSeals('a secret')
  fc.assert(
    fc.property(publishing, (before) => {
      const sealed = seal('room', 'ann', before)
      expect(open('room', 'ann', sealed)).toEqual(before)
      expect(open('room', 'ben', sealed)).toBeUndefined()
      expect(open('other', 'ann', sealed)).toBeUndefined()
      expect(createSeals('another').open('room', 'ann', sealed)).toBeUndefined()
    }),
  )
  for (const forged of [undefined, '', '.', 'e30.', `e30.${'A'.repeat(43)}`])
    expect(open('room', 'ann', forged)).toBeUndefined()
})
