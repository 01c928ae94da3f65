import { ParticipantPermission, TrackSource, TrackType } from '@livekit/protocol'
import type { ParticipantInfo } from 'livekit-server-sdk'

const VOICES = [TrackSource.MICROPHONE, TrackSource.SCREEN_SHARE_AUDIO]
const PICTURES = [TrackSource.CAMERA, TrackSource.SCREEN_SHARE]

/** What a mute takes, and gives back. */
export type Publishing = Pick<
  ParticipantPermission,
  'canPublish' | 'canPublishData' | 'canPublishSources'
>

/**
 * What who is muted may publish still: pictures, if they might before. LiveKit takes down at once what is no longer
 * covered. An empty list of sources would mean all of them, so who has none left may not publish at all.
 */
export function muted(before: Publishing): Publishing {
  const sources = before.canPublishSources.length === 0 ? PICTURES : before.canPublishSources
  const left = sources.filter((source) => !VOICES.includes(source))
  if (left.length === 0) return silent(before)
  return { canPublish: before.canPublish, canPublishData: false, canPublishSources: left }
}

/** Nothing at all. */
export function silent({ canPublishSources }: Publishing): Publishing {
  return { canPublish: false, canPublishData: false, canPublishSources }
}

/** LiveKit does not mind sound that is published as a camera: who does so while muted publishes nothing. */
export function evades({ tracks }: ParticipantInfo): boolean {
  return tracks.some(({ type, source }) => type === TrackType.AUDIO && !VOICES.includes(source))
}

export function publishingOf(permission: Publishing): Publishing {
  const { canPublish, canPublishData, canPublishSources } = permission
  return { canPublish, canPublishData, canPublishSources: [...canPublishSources] }
}

export function same(a: Publishing, b: Publishing): boolean {
  const key = ({ canPublish, canPublishData, canPublishSources }: Publishing) =>
    `${canPublish} ${canPublishData} ${canPublishSources.toSorted((x, y) => x - y)}`
  return key(a) === key(b)
}

/** LiveKit replaces permissions whole: the rest is sent as it is now. */
export function permissionWith(now: ParticipantPermission, publishing: Publishing) {
  return new ParticipantPermission({ ...now.clone(), ...publishing })
}
