import { EventEmitter } from 'node:events'
import type { Room as RtcRoom } from '@livekit/rtc-node'
import * as rtcNode from '@livekit/rtc-node'
import pino from 'pino'
import { expect, test } from 'vitest'
import { type Microphone, type Room, systemClock } from '#rooms'
import { createIdentities } from './identity.ts'
import { createPeople } from './people.ts'

test('a track that is over before it is listened to leaves no microphone open', async () => {
  const track = {
    ...{ sid: 'TR_1', muted: false, kind: rtcNode.TrackKind.KIND_AUDIO, track: {} },
    ...{ source: rtcNode.TrackSource.SOURCE_MICROPHONE, setSubscribed: () => {} },
  }
  const ann = {
    ...{ identity: 'ann', sid: 'PA_1', name: 'Ann', attributes: {} },
    ...{ kind: rtcNode.ParticipantKind.STANDARD, trackPublications: new Map([['TR_1', track]]) },
  }
  const open = new Set<Microphone>()
  let opened = 0
  const room = {
    name: 'r',
    participants: () => [],
    restricted: () => [],
    arrive: async () => {},
    leave: () => {},
    openMicrophone() {
      opened += 1
      const microphone: Microphone = {
        write: () => {},
        cut: () => {},
        end: async () => void open.delete(microphone),
      }
      open.add(microphone)
      return microphone
    },
  }
  const remoteParticipants = new Map([['ann', ann]])
  const people = createPeople({
    rtc: {
      ...rtcNode,
      AudioStream: new Proxy(rtcNode.AudioStream, {
        construct() {
          throw new Error('this track is over')
        },
      }),
    },
    // of both only this is asked for
    connected: Object.assign(new EventEmitter(), { remoteParticipants }) as unknown as RtcRoom,
    room: room as unknown as Room,
    identities: createIdentities('secret'),
    nextId: () => 'one',
    clock: systemClock,
    log: pino({ level: 'silent' }),
    onPerson: () => {},
    onChange: () => {},
  })
  people.look()
  await expect.poll(() => opened).toBeGreaterThan(0)
  people.look()
  expect(open.size).toBe(0)
  people.close()
})
