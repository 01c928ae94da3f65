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

test('who is erased while they are in the LiveKit room is taken in again only when they come anew', async () => {
  const come = (sid: string) => ({
    ...{ identity: 'ann', sid, name: 'Ann', attributes: {} },
    ...{ kind: rtcNode.ParticipantKind.STANDARD, trackPublications: new Map() },
  })
  const arrived: string[] = []
  const room = {
    name: 'r',
    participants: () => [],
    restricted: () => [],
    arrive: async ({ id }: { id: string }) => void arrived.push(id),
    leave: () => {},
  }
  const remoteParticipants = new Map([['ann', come('PA_1')]])
  let ids = 0
  const people = createPeople({
    rtc: rtcNode,
    // of both only this is asked for
    connected: Object.assign(new EventEmitter(), { remoteParticipants }) as unknown as RtcRoom,
    room: room as unknown as Room,
    identities: createIdentities('secret'),
    nextId: () => String(++ids),
    clock: systemClock,
    log: pino({ level: 'silent' }),
    onPerson: () => {},
    onChange: () => {},
  })
  people.look()
  await expect.poll(() => people.here().length).toBe(1)
  people.detached(arrived, 'forgotten')
  people.look()
  expect(people.here()).toEqual([])
  expect(arrived).toHaveLength(1)
  // who lost the right, or was removed, is tried again without coming anew
  remoteParticipants.set('ann', come('PA_2'))
  people.look()
  await expect.poll(() => people.here().length).toBe(1)
  people.detached(arrived, 'revoked')
  await expect.poll(() => arrived.length).toBe(3)
  people.close()
})
