/**
 * The baseline of the socket benches: the same Socket.IO with the same options and payloads, and nothing
 * behind it. No tokens, no checks, no log, no database. Started as a process of its own.
 */
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const http = createServer()
const io = new Server(http, {
  path: '/socket.io',
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
})
const heads = new Map<string, number>()

io.on('connection', (socket) => {
  const { sub, name } = claims(socket.handshake.auth.token)
  socket.on('room.join', async ({ room }: { room: string }, ack: (answer: object) => void) => {
    await socket.join(room)
    const seq = heads.get(room) ?? 0
    ack({ ok: true, epoch: 1, seq, recovered: false, events: [] })
  })
  socket.on('caption.push', (caption, ack: (answer: object) => void) => {
    const { room, segment, text } = caption
    const seq = (heads.get(room) ?? 0) + 1
    heads.set(room, seq)
    io.to(room).emit('event', {
      room,
      epoch: 1,
      seq,
      id: crypto.randomUUID(),
      at: Date.now(),
      type: 'transcript.final',
      actor: { id: sub, name, kind: 'person' },
      data: { segment, text, source: 'caption' },
    })
    ack({ ok: true, seq })
  })
})

http.listen(0, '127.0.0.1', () => {
  const address = http.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
})
process.on('disconnect', () => process.exit(0))

/** As large on the wire as the hub's actors are; not checked. */
function claims(token: string): { sub: string; name: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
