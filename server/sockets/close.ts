import { CLOSE_CODES } from '#protocol'
import type { HubSocket } from './types.ts'

/** What the hub uses of the WebSocket beneath; engine.io hands it out untyped. */
export interface RawSocket {
  readonly bufferedAmount: number
  close(code: number, reason: string): void
  terminate(): void
}

const REASONS = {
  tokenExpired: 'token expired',
  slowConsumer: 'slow consumer',
  draining: 'draining',
  tooLarge: 'frame too large',
} as const satisfies Record<keyof typeof CLOSE_CODES, string>

/** How long the other side may take to answer the closing handshake. */
const HANDSHAKE_MS = 5_000
/** How long what is written already may take to get out before it. */
const FLUSH_MS = 1_000

export function rawSocket(socket: HubSocket): RawSocket {
  // only the transport websocket is enabled, and its `socket` is the one of ws
  return (socket.conn.transport as unknown as { socket: RawSocket }).socket
}

/**
 * Closes a connection with a code of the contract. Never `socket.disconnect()`: after its packet a
 * Socket.IO client does not come back by itself; after a closed connection it does.
 * What was sent before reaches the reader first, except for one who does not read.
 */
export function closeSocket(socket: HubSocket, why: keyof typeof CLOSE_CODES): void {
  const { conn } = socket
  const raw = rawSocket(socket)
  // pre-encoded frames of broadcasts would be written after the closing frame
  for (const room of socket.rooms) void socket.leave(room)

  const close = () => {
    raw.close(CLOSE_CODES[why], REASONS[why])
    setTimeout(() => raw.terminate(), HANDSHAKE_MS).unref()
  }
  if (why === 'slowConsumer') {
    close()
    // lets go of what waits in memory for this reader
    conn.close(true)
    return
  }
  const { transport } = conn
  if (transport.writable) {
    close()
    return
  }
  const timer = setTimeout(finish, FLUSH_MS)
  // engine.io's own listener comes first and hands all that waits to the WebSocket
  transport.once('ready', finish)
  function finish() {
    clearTimeout(timer)
    transport.off('ready', finish)
    close()
  }
}
