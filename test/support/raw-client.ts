import { WebSocket } from 'ws'
import type { Ack, CommandInput, CommandName, WireError, WireEvent } from '#protocol'

/** What a command came to: its ack, or the refusal in it. */
export type Outcome<N extends CommandName> = Ack<N> | { ok: false; error: WireError }

export interface RawOptions {
  /** `http://HOST:PORT` of the hub. */
  url: string
  token: string
  /** Every `event`, before any ack that comes after it. */
  onEvent?: (event: WireEvent) => void
  /** Every frame as it came. Return true to keep it from being read further: for cheap crowds. */
  onFrame?: (frame: string) => boolean
  /** Sent with the handshake; absent: no Origin header. */
  origin?: string
  /** How long connecting may take, ms. */
  timeoutMs?: number
}

interface Closed {
  code: number
  reason: string
}

/**
 * One connection, without any of the comforts of `#protocol/client`: no reconnection, no resume, no
 * retries. What is acked, refused or lost is seen here as it happens.
 */
export interface RawClient {
  readonly closed: Promise<Closed>
  readonly isOpen: boolean
  /** Rejects with `ConnectionLost` when the connection ends before the ack: its outcome is unknown. */
  emit<N extends CommandName>(name: N, payload: CommandInput<N>): Promise<Outcome<N>>
  /** As `emit`, for what no schema allows. */
  emitAny(name: string, ...args: unknown[]): Promise<unknown>
  /** A frame as it is, past all encoding. */
  send(frame: string | Uint8Array): void
  /** A frame of sound, as `audio.frame`; or whatever, of any command. */
  sendBytes(bytes: Uint8Array, name?: string): void
  /** Stops reading from the network, so that the hub's writes back up. */
  pause(): void
  unpause(): void
  /** Closes properly; `cut` is what a lost network does. */
  close(): Promise<Closed>
  cut(): void
}

/** The connection ended before the ack came. */
class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** The hub's no to a connection, with `connect_error.data`. */
export class ConnectRefused extends Error {
  override readonly name = 'ConnectRefused'
  readonly data: unknown
  constructor(message: string, data: unknown) {
    super(message)
    this.data = data
  }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * Connects by Engine.IO 4 and Socket.IO 5 over a bare WebSocket; light enough for thousands in a process.
 * Rejects with `ConnectRefused`, or an Error when the connection fails.
 */
export function connectRaw(options: RawOptions): Promise<RawClient> {
  const { url, token, onEvent, onFrame, origin, timeoutMs = 10_000 } = options
  const address = `${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`
  const socket = new WebSocket(address, {
    perMessageDeflate: false,
    handshakeTimeout: timeoutMs,
    // who awaits an ack goes on before the next frame is read; a crowd that looks at frames is faster
    allowSynchronousEvents: onFrame !== undefined,
    ...(origin === undefined ? {} : { origin }),
  })
  const acks = new Map<number, Waiting>()
  let lastAck = 0
  const closed = new Promise<Closed>((resolve) => {
    socket.on('close', (code, reason) => {
      for (const waiting of acks.values()) waiting.reject(new ConnectionLost(`closed with ${code}`))
      acks.clear()
      resolve({ code, reason: reason.toString() })
    })
  })

  const client: RawClient = {
    closed,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
    emit: <N extends CommandName>(name: N, payload: CommandInput<N>) =>
      // what the hub answers is what the contract says: the contract tests hold it to that
      client.emitAny(name, payload) as Promise<Outcome<N>>,
    emitAny(name, ...args) {
      if (socket.readyState !== WebSocket.OPEN)
        return Promise.reject(new ConnectionLost('not connected'))
      lastAck += 1
      const id = lastAck
      const answer = new Promise((resolve, reject) => acks.set(id, { resolve, reject }))
      socket.send(`42${id}${JSON.stringify([name, ...args])}`)
      return answer
    },
    send: (frame) => socket.send(frame),
    sendBytes(bytes, name = 'audio.frame') {
      socket.send(`451-${JSON.stringify([name, { _placeholder: true, num: 0 }])}`)
      socket.send(bytes)
    },
    pause: () => socket.pause(),
    unpause: () => socket.resume(),
    close() {
      socket.resume()
      socket.close(1000)
      return closed
    },
    cut: () => socket.terminate(),
  }

  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer of ${url} within ${timeoutMs} ms`))
      socket.terminate()
    }, timeoutMs)
    socket.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.on('close', (code) => {
      clearTimeout(timer)
      reject(new Error(`closed with ${code} while connecting`))
    })
    /** An event whose bytes come as frames of their own, right after it. */
    let partial: { text: string; bytes: Buffer[]; missing: number } | undefined
    socket.on('message', (data, isBinary) => {
      if (isBinary) return bytes(data as Buffer)
      const frame = data.toString()
      if (onFrame?.(frame)) return
      read(frame)
    })

    function read(frame: string): void {
      switch (frame.slice(0, 2)) {
        case '2': // engine.io's ping
          socket.send('3')
          break
        case '0{': // engine.io is open: connect to the namespace
          socket.send(`40${JSON.stringify({ token })}`)
          break
        case '40':
          clearTimeout(timer)
          resolve(client)
          break
        case '42': {
          const [name, event] = JSON.parse(frame.slice(2))
          if (name === 'event') onEvent?.(event)
          break
        }
        case '45': {
          const dash = frame.indexOf('-')
          const missing = Number(frame.slice(2, dash))
          partial = { text: frame.slice(dash + 1), bytes: [], missing }
          break
        }
        case '43':
          answer(frame)
          break
        case '44': {
          if (frame[2] !== '{') break // of another namespace
          clearTimeout(timer)
          const { message, data } = JSON.parse(frame.slice(2))
          reject(new ConnectRefused(message, data))
          socket.close()
        }
      }
    }

    function bytes(data: Buffer): void {
      if (!partial) return
      partial.bytes.push(data)
      if (partial.bytes.length < partial.missing) return
      const { text, bytes } = partial
      partial = undefined
      const [name, event] = JSON.parse(text, (_, value) =>
        value?._placeholder === true ? bytes[value.num] : value,
      )
      if (name === 'event') onEvent?.(event)
    }

    function answer(frame: string): void {
      const start = frame.indexOf('[')
      const id = Number(frame.slice(2, start))
      const [ack] = JSON.parse(frame.slice(start))
      acks.get(id)?.resolve(ack)
      acks.delete(id)
    }
  })
}
