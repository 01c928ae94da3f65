import { expect, test } from 'vitest'
import { good, useHub } from './support.ts'

const setting = useHub()
const { connect, roomName, rest } = setting

test('minutes as Markdown, JSON and WebVTT, for who may read the room', async () => {
  const room = `${roomName()} / *minutes*`
  const path = `/api/v1/rooms/${encodeURIComponent(room)}/minutes`
  const ada = await connect('ada', { name: 'Ada <b>' })
  good(await ada.emit('room.join', { room }))
  const bob = await connect('bob', { name: 'Bob', rooms: { [room]: ['join'] } })
  good(await bob.emit('room.join', { room }))
  const text = 'We decided to ship & rest.'
  const caption = { room, segment: 's1', text, final: true }
  const { seq } = good(await ada.emit('caption.push', caption))
  good(await ada.emit('chat.send', { room, text: 'a private aside', to: 'bob' }))

  const markdown = await rest(path, { as: 'ada' })
  expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
  expect(markdown.text).toContain(`<a id="turn-${seq}"></a>`)
  expect(markdown.text).toContain('**Ada \\<b\\>:** We decided to ship \\& rest.')
  expect(markdown.text).not.toContain('aside')

  const json = await rest(`${path}?format=json`, { as: 'ada' })
  expect(json.body).toMatchObject({
    room,
    opened_at: expect.any(Number),
    closed_at: null,
    participants: [
      { id: 'ada', name: 'Ada <b>', turns: 1, words: 6 },
      { id: 'bob', name: 'Bob', turns: 0, words: 0 },
    ],
    transcript: [{ seq, text, speaker: { id: 'ada', name: 'Ada <b>' } }],
  })

  const vtt = await rest(`${path}?format=vtt`, { as: 'ada' })
  expect(vtt.headers.get('content-type')).toBe('text/vtt; charset=utf-8')
  expect(vtt.text).toMatch(/^WEBVTT\n/)
  expect(vtt.text).toContain('<v Ada &lt;b&gt;>We decided to ship &amp; rest.')

  const watcher = await rest(path, { as: 'wim', claims: { rooms: { [room]: ['watch'] } } })
  expect(watcher.text).toBe(markdown.text)
  for (const who of [{ as: 'stranger' }, { as: 'root', claims: { role: 'admin' as const } }])
    expect((await rest(path, who)).body).toMatchObject({ code: 'not_found' })
  expect((await rest(path)).body).toMatchObject({ code: 'unauthenticated' })
  expect((await rest(`${path}?format=pdf`, { as: 'ada' })).body).toMatchObject({ code: 'invalid' })

  const target = { room, target: 'bob', action: 'remove' as const }
  good(await ada.emit('moderation.act', target))
  const removed = await rest(path, { as: 'bob', claims: { rooms: { [room]: ['join'] } } })
  expect(removed.body).toMatchObject({ code: 'removed' })
})

test('the minutes of a closed room say when it was closed', async () => {
  const room = roomName()
  const path = `/api/v1/rooms/${encodeURIComponent(room)}`
  await rest('/api/v1/rooms', { as: 'ada', method: 'POST', body: { name: room } })
  await rest(`${path}/close`, { as: 'ada', method: 'POST' })
  const { body } = await rest(`${path}/minutes?format=json`, { as: 'ada' })
  expect(body.closed_at).toBeGreaterThanOrEqual(body.opened_at)
  expect((await rest(`${path}/minutes`, { as: 'ada' })).text).toContain('Nothing was said.')
})
