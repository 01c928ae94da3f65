import type { AudioSource, LocalAudioTrack, Room as RtcRoom } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import type { Clock, Sound, VoiceSink } from '#rooms'
import { sleep } from '../../clock.ts'
import { createResampling } from './resampling.ts'
import type { Rtc } from './rtc.ts'

/** What the agents' track sounds at, samples a second. */
const RATE = 24_000
/** How much sound is handed over before its time, ms. */
const QUEUE_MS = 400
/** It is handed over in pieces of this, ms, so that a stop leaves little behind. */
const PIECE_MS = 20
/** The first words wait so long at most for somebody to take the new track, ms. */
const FIRST_LISTENER_MS = 2_000

interface Track {
  source: AudioSource
  track: LocalAudioTrack
}

export interface VoiceDeps {
  rtc: Rtc
  connected: RtcRoom
  clock: Clock
  log: Logger
}

/** The agents' voice in a LiveKit room: one track, published once, for all that they say. */
export function createVoice({ rtc, connected, clock, log }: VoiceDeps) {
  let published: Promise<Track> | undefined
  let sid: string | undefined
  /** What one says waits until the one before is over. */
  let turn: Promise<void> = Promise.resolve()
  const sinks = new Set<VoiceSink>()
  let closed = false

  async function publish(): Promise<Track> {
    const { localParticipant } = connected
    if (!localParticipant) throw new Error('the agents are not in the LiveKit room')
    const source = new rtc.AudioSource(RATE, 1, QUEUE_MS)
    const track = rtc.LocalAudioTrack.createAudioTrack('aura', source)
    try {
      const options = new rtc.TrackPublishOptions({ source: rtc.TrackSource.SOURCE_MICROPHONE })
      const publication = await localParticipant.publishTrack(track, options)
      sid = publication.sid
      await Promise.race([publication.waitForSubscription(), sleep(clock, FIRST_LISTENER_MS)])
      return { source, track }
    } catch (error) {
      await track.close().catch(() => undefined)
      published = undefined
      throw error
    }
  }

  function ready(): Promise<Track> {
    published ??= publish()
    return published
  }

  function open(): VoiceSink {
    const before = turn
    let over = () => {}
    turn = new Promise((resolve) => {
      over = resolve
    })
    let stopped = closed
    let sentMs = 0
    let playedAtStop = 0
    let source: AudioSource | undefined
    let cut = () => {}
    const stop = new Promise<void>((resolve) => {
      cut = resolve
    })
    const resampling = createResampling(rtc, RATE)
    const played = () => Math.max(0, sentMs - (source?.queuedDuration ?? 0))
    const unlessStopped = (work: Promise<unknown>) => Promise.race([work, stop])

    async function capture(pcm: Int16Array): Promise<void> {
      const size = (RATE * PIECE_MS) / 1_000
      for (let at = 0; at < pcm.length && !stopped && source; at += size) {
        // a copy: rtc-node hands over the buffer as a whole
        const piece = pcm.slice(at, at + size)
        const capturing = source.captureFrame(new rtc.AudioFrame(piece, RATE, 1, piece.length))
        sentMs += (piece.length / RATE) * 1_000
        await unlessStopped(capturing)
      }
    }

    function end(): void {
      sinks.delete(sink)
      resampling.close()
      over()
    }

    const sink: VoiceSink = {
      async write(sound: Sound) {
        if (stopped) return
        await unlessStopped(before)
        if (!source && !stopped)
          await unlessStopped(
            ready().then((track) => {
              source = track.source
            }),
          )
        if (!stopped) await capture(resampling.push(sound))
      },
      async finish() {
        if (!stopped) await capture(resampling.flush())
        if (!stopped && source) await unlessStopped(source.waitForPlayout())
        if (stopped) return
        playedAtStop = sentMs
        stopped = true
        end()
      },
      stop() {
        if (stopped) return
        playedAtStop = played()
        stopped = true
        source?.clearQueue()
        cut()
        end()
      },
      playedMs: () => (stopped ? playedAtStop : played()),
    }
    if (stopped) end()
    else sinks.add(sink)
    return sink
  }

  return {
    open,
    /** Publishes the track before there is something to say, so that the first words are not lost on the way. */
    prepare(): void {
      if (!published && !closed)
        ready().catch((err) => {
          if (!closed) log.warn({ err }, "the agents' voice was not published")
        })
    },
    sid: () => sid,
    async close(): Promise<void> {
      closed = true
      for (const sink of [...sinks]) sink.stop()
      // closes its source, too
      await published?.then(({ track }) => track.close()).catch(() => undefined)
    },
  }
}
