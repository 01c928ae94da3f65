import { createHash } from 'node:crypto'
import { AccessToken } from 'livekit-server-sdk'
import { expect, test } from 'vitest'
import { createWebhooks } from './webhooks.ts'

const livekit = { apiKey: 'key', apiSecret: 'secret' }

test('news of a LiveKit room that is over moves the agents nowhere; forged ones not either', async () => {
  const calls: string[] = []
  const told = createWebhooks({
    livekit,
    stays: {
      all: () => [],
      async arrive({ sid }) {
        calls.push(`arrive ${sid}`)
        return { kind: 'full' }
      },
      async over(_, sid) {
        calls.push(`over ${sid}`)
      },
    },
    sidOf: async (name) => (name === 'standup' ? 'RM_now' : undefined),
  })
  let id = 0
  async function tells(event: string, name: string, sid: string, secret = livekit.apiSecret) {
    const body = JSON.stringify({ event, id: `EV_${id++}`, room: { name, sid } })
    const token = new AccessToken(livekit.apiKey, secret)
    token.sha256 = createHash('sha256').update(body).digest('base64')
    await told(body, await token.toJwt())
  }

  await tells('participant_joined', 'standup', 'RM_before')
  await tells('room_started', 'gone', 'RM_gone')
  await tells('room_started', 'standup', 'RM_now')
  await tells('room_finished', 'standup', 'RM_before')
  await expect(tells('room_finished', 'standup', 'RM_now', 'another')).rejects.toMatchObject({
    code: 'unauthenticated',
  })
  expect(calls).toEqual(['arrive RM_now', 'over RM_before'])
})
