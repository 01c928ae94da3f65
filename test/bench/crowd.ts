import { connectRaw, type RawClient } from '../support/raw-client.ts'
import type { Target } from './target.ts'

export interface Crowd {
  /**
   * Waits until every reader has every acked line. Returns the deliveries since the last call, ms from
   * `says` to arrival.
   */
  latencies(): Promise<number[]>
  /** Lines that were refused so far: a moderator may think of the text as he likes. */
  readonly refused: number
  speakers: readonly Speaker[]
  leave(): Promise<void>
}

interface Speaker {
  /** Resolves at the ack. */
  says(text: string): Promise<void>
}

export interface CrowdOptions {
  room: string
  speakers: number
  readers: number
  /** Joined before anyone else: owns the room. */
  prepare?: (ownersToken: string) => Promise<void>
}

/** Begins a line's segment; its number follows. */
const MARK = '"segment":"line-'
/** How many connections are made at once. */
const AT_ONCE = 50

/** One room full of people: speakers who take part, and readers who measure when lines arrive. */
export async function gather(target: Target, options: CrowdOptions): Promise<Crowd> {
  const { room, readers, prepare } = options
  const sentAt: number[] = []
  let latencies: number[] = []
  let acked = 0
  let refused = 0
  /** Lines of which the deliveries have been handed out. */
  let taken = 0
  let arrivals: (() => void) | undefined
  const clients: RawClient[] = []

  function arrived(frame: string): boolean {
    if (!frame.startsWith('42')) return false
    const at = frame.indexOf(MARK)
    if (at === -1) return true
    const from = sentAt[Number.parseInt(frame.slice(at + MARK.length, at + MARK.length + 9), 10)]
    if (from !== undefined) latencies.push(performance.now() - from)
    arrivals?.()
    return true
  }

  async function enter(name: string, as: 'participant' | 'watch', onFrame: (f: string) => boolean) {
    const token = await target.token(name, {
      rooms: { [room]: [clients.length === 0 ? 'moderate' : 'join'] },
    })
    const client = await connectRaw({ url: target.url, token, onFrame, timeoutMs: 30_000 })
    clients.push(client)
    const ack = await client.emit('room.join', { room, as })
    if (!ack.ok) throw new Error(`${name} may not join: ${ack.error.message}`)
    return client
  }

  const speakers: Speaker[] = []
  for (let s = 0; s < options.speakers; s++) {
    const name = `speaker-${room}-${s}`
    const client = await enter(name, 'participant', (frame) => frame.startsWith('42'))
    if (s === 0) await prepare?.(await target.token(name))
    speakers.push({
      async says(text) {
        const line = sentAt.push(performance.now()) - 1
        const segment = `line-${line}.`
        const ack = await client.emit('caption.push', { room, segment, text, final: true })
        if (ack.ok) acked += 1
        else refused += 1
        arrivals?.()
      },
    })
  }
  for (let first = 0; first < readers; first += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, readers - first) }, (_, i) =>
        enter(`reader-${room}-${first + i}`, 'watch', arrived),
      ),
    )

  return {
    speakers,
    get refused() {
      return refused
    },
    async latencies() {
      await new Promise<void>((resolve) => {
        arrivals = () => {
          if (acked + refused === sentAt.length - taken && latencies.length >= acked * readers)
            resolve()
        }
        arrivals()
      })
      arrivals = undefined
      const all = latencies
      latencies = []
      acked = 0
      taken = sentAt.length - refused
      return all
    },
    async leave() {
      for (const client of clients) client.cut()
      await Promise.all(clients.map(({ closed }) => closed))
    },
  }
}
