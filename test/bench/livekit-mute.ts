import { RoomServiceClient, TrackSource } from 'livekit-server-sdk'
import { createDatabaseOn } from '../support/database-server.ts'
import type { LiveKitServer } from '../support/livekit.ts'
import { startLiveKitHub } from '../support/livekit-hub.ts'
import { type LiveKitPersonProcess, startLiveKitPerson } from '../support/livekit-person.ts'
import { connectRaw } from '../support/raw-client.ts'
import { type Bench, more, ms, percentile, type Row } from './bench.ts'

/** A moderator's decision until others in a real LiveKit room hear nothing any more. */
export const name = 'livekit-mute'

const ROUNDS = 25
const ROOM = 'mute'
const TARGET = `lk:${ROOM}:ann`

interface Scene {
  ann: LiveKitPersonProcess
  ben: LiveKitPersonProcess
}

/** What silences Ann, and what gives her voice back; both resolve when that is so in LiveKit. */
interface Way {
  mute(): Promise<unknown>
  free(): Promise<unknown>
}

export async function run(bench: Bench): Promise<Row[]> {
  const database = await createDatabaseOn((await bench.postgres()).url)
  const { hub, livekit, stop } = await startLiveKitHub(database)
  const [ann, ben] = await Promise.all([startLiveKitPerson(), startLiveKitPerson()])
  try {
    await ben.joins(livekit.url, await livekit.token(ROOM, 'ben'))
    await ben.until(
      ({ what, identity = '' }) => what === 'came' && identity.startsWith('aura-'),
      'the agents',
    )
    await ann.joins(livekit.url, await livekit.token(ROOM, 'ann'))
    await ben.until(({ what, identity }) => what === 'came' && identity === 'ann', 'Ann')

    const bare = await rounds({ ann, ben }, throughLiveKit(livekit))
    const token = await hub.token('local', { rooms: { [ROOM]: ['moderate'] } })
    const moderator = await connectRaw({ url: hub.url, token, onEvent: () => {} })
    await moderator.emit('room.join', { room: ROOM, as: 'participant' })
    const ours = await rounds(
      { ann, ben },
      {
        mute: () =>
          moderator.emit('moderation.act', {
            room: ROOM,
            target: TARGET,
            action: 'mute',
            reason: '',
          }),
        async free() {
          const from = ann.heard.length
          await moderator.emit('moderation.act', {
            room: ROOM,
            target: TARGET,
            action: 'restore',
            reason: '',
          })
          await ann.until(
            ({ what, attributes, identity }) =>
              what === 'attributes' &&
              identity === 'ann' &&
              Object.keys(attributes ?? {}).length === 0,
            'her rights',
            { from },
          )
        },
      },
    )
    moderator.cut()
    const row = (share: number): Row => ({
      what: `moderator's decision to silence, beside LiveKit's own call, p${share * 100}`,
      ours: ms(percentile(ours, share)),
      baseline: ms(percentile(bare, share)),
      compared: more(percentile(ours, share), percentile(bare, share)),
      ...(share === 0.95 ? { bound: '250 ms' } : {}),
    })
    return [row(0.5), row(0.95)]
  } finally {
    await Promise.all([ann.stop(), ben.stop()])
    await stop()
  }
}

/** From the call until Ben's client says that Ann's track has gone, ms. */
async function rounds({ ann, ben }: Scene, way: Way): Promise<number[]> {
  const took: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const from = ben.heard.length
    const sid = await ann.publishes()
    await ben.until((one) => one.what === 'hears' && one.sid === sid, 'Ann', { from })
    const decided = performance.timeOrigin + performance.now()
    const done = way.mute()
    const silence = await ben.until(
      (one) => one.what === 'hears no more' && one.sid === sid,
      'silence',
      { from },
    )
    took.push(silence.at - decided)
    await done
    await way.free()
  }
  return took
}

function throughLiveKit({ url, apiKey, apiSecret }: LiveKitServer): Way {
  const service = new RoomServiceClient(url, apiKey, apiSecret)
  const rights = { canPublish: true, canSubscribe: true, canPublishData: true }
  return {
    mute: () =>
      service.updateParticipant(ROOM, 'ann', {
        permission: {
          ...rights,
          canPublishSources: [TrackSource.CAMERA, TrackSource.SCREEN_SHARE],
        },
      }),
    free: () => service.updateParticipant(ROOM, 'ann', { permission: rights }),
  }
}
