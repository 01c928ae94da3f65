import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a participant's process is told to do. */
export type Order = { id: number } & Deed
type Deed =
  | { does: 'join'; url: string; token: string }
  | { does: 'publish'; source: PublishedSource; sampleRate: number }
  | { does: 'play'; pcm: Int16Array }
  | { does: 'write'; text: string; topic: string }
  | { does: 'leave' | 'end' }

type PublishedSource = 'microphone' | 'camera' | 'screen_share_audio'

/** What a participant sees of the room, and how its orders went. */
export interface Heard {
  what:
    | ('done' | 'failed')
    | ('out' | 'reconnecting' | 'reconnected')
    | ('came' | 'went' | 'hears' | 'hears no more' | 'unpublished' | 'attributes' | 'reads')
  /** Epoch ms, with fractions. */
  at: number
  id?: number
  identity?: string
  sid?: string
  reason?: number
  topic?: string
  text?: string
  attributes?: Record<string, string>
}

/** Somebody in LiveKit rooms by rtc-node, in a process of their own. */
export interface LiveKitPersonProcess {
  readonly pid: number
  /** All that was seen, in order. */
  readonly heard: readonly Heard[]
  joins(url: string, token: string): Promise<void>
  /** Resolves with the track's sid. What is played on it has so many samples a second. */
  publishes(source?: PublishedSource, sampleRate?: number): Promise<string>
  /** Resolves when it is played to its end. */
  plays(pcm: Int16Array): Promise<void>
  writes(text: string, topic?: string): Promise<void>
  leaves(): Promise<void>
  /** The first that fits, of those from `from` on, and of those to come. */
  until(
    fits: (heard: Heard) => boolean,
    what: string,
    options?: { from?: number; withinMs?: number },
  ): Promise<Heard>
  /** Ends the process. */
  stop(): Promise<void>
}

export async function startLiveKitPerson(): Promise<LiveKitPersonProcess> {
  const program = fileURLToPath(new URL('./livekit-person-process.ts', import.meta.url))
  const child: ChildProcess = fork(program, {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const heard: Heard[] = []
  const watchers = new Set<() => void>()
  const ends = new Set<() => void>()
  let orders = 0
  child.on('message', (message: Heard) => {
    heard.push(message)
    for (const watcher of [...watchers]) watcher()
  })
  await once(child, 'spawn')

  async function order(deed: Deed, withinMs = 30_000): Promise<string> {
    orders += 1
    const id = orders
    const from = heard.length
    child.send({ ...deed, id })
    const answer = await until((one) => one.id === id, `the end of "${deed.does}"`, {
      from,
      withinMs,
    })
    if (answer.what === 'failed') throw new Error(`${deed.does}: ${answer.text}`)
    return answer.sid ?? ''
  }

  function until(
    fits: (heard: Heard) => boolean,
    what: string,
    { from = 0, withinMs = 30_000 } = {},
  ): Promise<Heard> {
    let looked = from
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        done()
        const seen = heard.slice(from).map((one) => `${one.what} ${one.identity ?? ''}`)
        reject(new Error(`never came: ${what}; what came: ${seen.join(', ')}`))
      }
      const timer = setTimeout(giveUp, withinMs)
      const done = () => {
        clearTimeout(timer)
        watchers.delete(look)
        ends.delete(giveUp)
      }
      const look = () => {
        for (; looked < heard.length; looked++) {
          const one = heard[looked]
          if (!one || !fits(one)) continue
          done()
          resolve(one)
          return
        }
      }
      watchers.add(look)
      ends.add(giveUp)
      look()
    })
  }

  return {
    pid: child.pid ?? 0,
    heard,
    until,
    async joins(url, token) {
      await order({ does: 'join', url, token })
    },
    publishes: (source = 'microphone', sampleRate = 24_000) =>
      order({ does: 'publish', source, sampleRate }),
    async plays(pcm) {
      await order({ does: 'play', pcm }, 60_000 + pcm.length / 8)
    },
    async writes(text, topic = 'lk.chat') {
      await order({ does: 'write', text, topic })
    },
    async leaves() {
      await order({ does: 'leave' })
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      for (const end of [...ends]) end()
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      await exited
    },
  }
}
