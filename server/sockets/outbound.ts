import { rawSocket } from './close.ts'
import type { HubSocket } from './types.ts'

/** How much may wait for one reader, and how long. */
export interface OutboundLimits {
  /** Bytes from which on ephemeral events are not sent to it. */
  softBytes: number
  /** Bytes from which on it has to take some: one that does not is closed, and resumes by seq. */
  hardBytes: number
  /** Above `hardBytes` it has this long to take `softBytes`, ms. */
  stallMs: number
  /** Bytes at which it is closed at once, so that memory stays bounded. */
  maxBytes: number
  /** How often what waits is looked at while it is over `softBytes`, ms. */
  checkMs: number
}

export const OUTBOUND_LIMITS: OutboundLimits = {
  softBytes: 256 * 1024,
  hardBytes: 1024 * 1024,
  stallMs: 3_000,
  maxBytes: 16 * 1024 * 1024,
  checkMs: 100,
}

export interface OutboundListener {
  sent(bytes: number): void
  lagging(lagging: boolean): void
  overflow(): void
}

/** What waits for one reader. */
export interface Outbound {
  waitingBytes(): number
}

interface EnginePacket {
  data?: unknown
  options?: { wsPreEncodedFrame?: Uint8Array[] }
}

/**
 * Counts what waits for a reader. Socket.IO has no bound of its own: what engine.io holds back while the
 * WebSocket is busy, and what the WebSocket holds back while the network is, both grow for ever.
 * Much that is written in one tick says nothing about the reader: it is slow when it does not take it.
 */
export function watchOutbound(
  socket: HubSocket,
  limits: OutboundLimits,
  listener: OutboundListener,
): Outbound {
  const { softBytes, hardBytes, stallMs, maxBytes, checkMs } = limits
  const { conn } = socket
  const raw = rawSocket(socket)
  let created = 0
  let queued = 0
  let lagging = false
  let over = false
  let timer: NodeJS.Timeout | undefined
  /** How much it had taken when it was last seen to take enough, and how many checks ago that was. */
  let progress: { taken: number; checks: number } | undefined

  const waiting = () => queued + raw.bufferedAmount

  conn.on('packetCreate', (packet: EnginePacket) => {
    const bytes = sizeOf(packet)
    created += bytes
    queued += bytes
    listener.sent(bytes)
    if (over || waiting() <= softBytes) return
    if (waiting() > maxBytes) overflow()
    else timer ??= setTimeout(check, checkMs).unref()
  })
  // engine.io hands over all that it has at once; from then on the WebSocket counts it
  conn.on('flush', () => {
    queued = 0
  })
  conn.once('close', () => clearTimeout(timer))
  return { waitingBytes: waiting }

  function check(): void {
    timer = undefined
    if (over) return
    const now = waiting()
    if (now > softBytes) setLagging(true)
    else if (now <= softBytes / 2) setLagging(false)
    if (now <= hardBytes) progress = undefined
    else if (isStalled(created - now)) overflow()
    if (lagging && !over) timer = setTimeout(check, checkMs).unref()
  }

  /** Counts checks rather than time: a hub that stood still does not blame its readers. */
  function isStalled(taken: number): boolean {
    if (progress === undefined || taken - progress.taken >= softBytes)
      progress = { taken, checks: 0 }
    else progress.checks += 1
    return progress.checks * checkMs >= stallMs
  }

  function setLagging(now: boolean): void {
    if (lagging === now) return
    lagging = now
    listener.lagging(now)
  }

  function overflow(): void {
    over = true
    // not in the midst of a broadcast
    queueMicrotask(listener.overflow)
  }
}

function sizeOf({ data, options }: EnginePacket): number {
  const frame = options?.wsPreEncodedFrame
  if (frame) return frame.reduce((sum, part) => sum + part.length, 0)
  if (typeof data === 'string') return Buffer.byteLength(data)
  return ArrayBuffer.isView(data) ? data.byteLength : 0
}
