import { rawSocket } from './close.ts'
import type { HubSocket } from './types.ts'

/** How much may wait for one reader, in bytes. */
export interface OutboundLimits {
  /** From here on ephemeral events are not sent to it. */
  softBytes: number
  /** From here on the connection is closed; the reader resumes by seq. */
  hardBytes: number
}

export const OUTBOUND_LIMITS: OutboundLimits = { softBytes: 256 * 1024, hardBytes: 1024 * 1024 }

export interface OutboundListener {
  sent(bytes: number): void
  lagging(lagging: boolean): void
  overflow(): void
}

interface EnginePacket {
  data?: unknown
  options?: { wsPreEncodedFrame?: Uint8Array[] }
}

/**
 * Counts what waits for a reader. Socket.IO has no bound of its own: what engine.io holds back while the
 * WebSocket is busy, and what the WebSocket holds back while the network is, both grow for ever.
 */
export function watchOutbound(
  socket: HubSocket,
  limits: OutboundLimits,
  listener: OutboundListener,
): void {
  const { conn } = socket
  const raw = rawSocket(socket)
  let queued = 0
  let lagging = false
  let over = false

  conn.on('packetCreate', (packet: EnginePacket) => {
    const bytes = sizeOf(packet)
    queued += bytes
    listener.sent(bytes)
    const waiting = queued + raw.bufferedAmount
    if (!lagging && waiting > limits.softBytes) {
      lagging = true
      listener.lagging(true)
    }
    if (!over && waiting > limits.hardBytes) {
      over = true
      // not in the midst of a broadcast
      queueMicrotask(listener.overflow)
    }
  })
  // engine.io hands over all that it has at once; from then on the WebSocket counts it
  conn.on('flush', () => {
    queued = 0
  })
  conn.transport.on('drain', () => {
    if (!lagging || queued + raw.bufferedAmount > limits.softBytes / 2) return
    lagging = false
    listener.lagging(false)
  })
}

function sizeOf({ data, options }: EnginePacket): number {
  const frame = options?.wsPreEncodedFrame
  if (frame) return frame.reduce((sum, part) => sum + part.length, 0)
  if (typeof data === 'string') return Buffer.byteLength(data)
  return ArrayBuffer.isView(data) ? data.byteLength : 0
}
