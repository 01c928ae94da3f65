import type { Logger } from 'pino'
import type { RoomEvent } from '#protocol'
import type { Clock } from '../clock.ts'
import { createResampler } from '../speech/resampler.ts'
import type { Room } from '../types.ts'
import { RECORDING_RATE } from './encoder.ts'
import { recordingNotice } from './notices.ts'
import { createRing } from './ring.ts'
import type { Subject, Take, Tap } from './types.ts'

/** How much of what was said before a case is kept, ms; and after it. */
const BEFORE_MS = 20_000
const AFTER_MS = 10_000
/** A recording goes on when a microphone is opened again within this time, ms. */
const IDLE_MS = 60_000
/** A longer silence begins another file, ms. */
const LONGEST_SILENCE_MS = 300_000
/** So does so much of it: what is lost with a broken file stays small. */
const LONGEST_MS = 3_600_000

interface Deps {
  clock: Clock
  log: Logger
  begin(subject: Subject, startedAt: number): Take
}

/** One open microphone, and for a while one that was open. */
interface Mouth {
  user: { id: string; name: string }
  ring: ReturnType<typeof createRing>
  meeting?: Take
  clips: Map<string, { until: number; take?: Take }>
}

/** Records one room: nobody who was not told, and nothing before they were. */
export function createRoomRecorder(room: Room, { clock, log, begin }: Deps) {
  const told = new Set<string>()
  const mouths = new Set<Mouth>()
  /** Of microphones that were closed a moment ago, by user. */
  const idle = new Map<string, Take>()
  /** Takes that are under way, with whose voice it is: the hub can wait for them. */
  const takes = new Map<Take, string>()
  /** What people know of: the setting, and how long. */
  let announced = 'off'
  let mode: 'off' | 'cases' | 'meeting' = 'off'
  let announcing = false
  let over = false

  const wanted = () => {
    const { record, record_days } = room.settings
    return over || room.status === 'closed' || record === 'off' ? 'off' : `${record} ${record_days}`
  }

  /** Brings what people know to what the settings say, and only then what is kept. */
  async function reconcile(): Promise<void> {
    if (announcing) return
    announcing = true
    try {
      while (wanted() !== announced) {
        const now = wanted()
        const { settings } = room
        stop()
        if (!over && room.status === 'open') await room.append([recordingNotice(settings)])
        announced = now
        if (now === 'off' || now !== wanted()) continue
        mode = settings.record
        for (const { id } of room.participants()) told.add(id)
      }
    } catch (err) {
      log.warn({ err }, 'a recording was not announced, and so not begun')
    } finally {
      announcing = false
    }
  }

  /** Who comes later is told by themselves. */
  async function tell(userId: string): Promise<void> {
    const now = wanted()
    if (now === 'off') return
    try {
      await room.append([recordingNotice(room.settings, userId)])
      if (now === announced && room.isPresent(userId)) told.add(userId)
    } catch (err) {
      log.warn({ err }, 'somebody was not told of the recording, and so is not recorded')
    }
  }

  /** Everything ends here. */
  function stop(): void {
    mode = 'off'
    told.clear()
    for (const mouth of mouths) quiet(mouth)
    for (const take of idle.values()) finish(take)
    idle.clear()
  }

  function start(subject: Omit<Subject, 'roomId' | 'days'>, startedAt: number): Take {
    const { record_days: days } = room.settings
    const take = begin({ ...subject, roomId: room.id, days }, startedAt)
    takes.set(take, subject.user.id)
    return take
  }

  function finish(take: Take): void {
    void take.end().finally(() => takes.delete(take))
  }

  /** Ends what is recorded of a microphone. */
  function quiet(mouth: Mouth): void {
    mouth.ring.clear()
    if (mouth.meeting) finish(mouth.meeting)
    delete mouth.meeting
    for (const { take } of mouth.clips.values()) if (take) finish(take)
    mouth.clips.clear()
  }

  /** Deletes takes that are under way; nothing goes on with them. */
  async function discard(which: readonly Take[]): Promise<void> {
    for (const take of which) {
      for (const mouth of mouths) {
        if (mouth.meeting === take) delete mouth.meeting
        for (const [caseId, one] of mouth.clips) if (one.take === take) mouth.clips.delete(caseId)
      }
      for (const [userId, one] of idle) if (one === take) idle.delete(userId)
      takes.delete(take)
    }
    await Promise.all(which.map((take) => take.discard()))
  }

  function gone(userId: string): void {
    told.delete(userId)
    hush(userId)
  }

  function hush(userId: string): void {
    for (const mouth of mouths) if (mouth.user.id === userId) quiet(mouth)
    const take = idle.get(userId)
    idle.delete(userId)
    if (take) finish(take)
  }

  function keep(mouth: Mouth, pcm: Int16Array, at: number): void {
    const began = at - (pcm.length / RECORDING_RATE) * 1000
    if (mode === 'meeting') {
      const before = mouth.meeting ?? idle.get(mouth.user.id)
      idle.delete(mouth.user.id)
      const goesOn =
        before && began - before.endedAt < LONGEST_SILENCE_MS && at - before.startedAt < LONGEST_MS
      if (before && !goesOn) finish(before)
      mouth.meeting = goesOn ? before : start({ kind: 'meeting', user: mouth.user }, began)
      mouth.meeting.write(pcm, at)
      return
    }
    mouth.ring.push({ pcm, at })
    for (const [caseId, clip] of mouth.clips) {
      clip.take ??= start({ kind: 'clip', user: mouth.user, caseId }, began)
      clip.take.write(pcm, at)
    }
  }

  /** Keeps what somebody said before this moment, and what they say right after it. */
  function clip(userId: string, caseId: string): void {
    for (const mouth of mouths) {
      if (mouth.user.id !== userId || mouth.clips.has(caseId)) continue
      const now = clock.now()
      const before = mouth.ring.since(now - BEFORE_MS)
      const [first] = before
      const clip: { until: number; take?: Take } = { until: now + AFTER_MS }
      mouth.clips.set(caseId, clip)
      if (first) {
        const began = first.at - (first.pcm.length / RECORDING_RATE) * 1000
        const take = start({ kind: 'clip', user: mouth.user, caseId }, began)
        for (const { pcm, at } of before) take.write(pcm, at)
        clip.take = take
      }
      clock.after(AFTER_MS, () => {
        if (mouth.clips.get(caseId) !== clip) return
        mouth.clips.delete(caseId)
        if (clip.take) finish(clip.take)
      })
    }
  }

  /** The person concerned, and whoever said what is held against them. */
  async function aboutCase(caseId: string, target: string, evidence: number[]): Promise<void> {
    clip(target, caseId)
    if (evidence.length === 0) return
    const [first, last] = [Math.min(...evidence), Math.max(...evidence)]
    const said = await room.read(['transcript.final'], first - 1, last - first + 1)
    for (const { seq, actor } of said) if (evidence.includes(seq)) clip(actor.id, caseId)
  }

  const handle = (event: RoomEvent): void => {
    const { actor } = event
    switch (event.type) {
      case 'room.opened':
      case 'room.closed':
        void reconcile()
        return
      case 'participant.joined':
        void tell(actor.id)
        return
      case 'participant.left':
        gone(actor.id)
        return
      case 'participant.updated':
        if (event.data.opted_out === true) hush(actor.id)
        return
      case 'moderation.flagged':
      case 'moderation.acted': {
        const { case: caseId, target } = event.data
        if (mode !== 'cases' || caseId === undefined) return
        if (event.type === 'moderation.acted' && event.data.action === 'restore') return
        const evidence = event.type === 'moderation.flagged' ? event.data.evidence : []
        aboutCase(caseId, target, evidence).catch((err) =>
          log.warn({ err }, 'sound around a case was not kept'),
        )
      }
    }
  }

  // the first word in a new log is that it was opened
  if (room.head > 0) void reconcile()

  return {
    handle,
    /** The settings may be others. */
    changed: () => void reconcile(),

    open(user: { id: string; name: string }, sampleRate: number): Tap {
      const resample = createResampler(sampleRate)
      const mouth: Mouth = { user, ring: createRing(BEFORE_MS), clips: new Map() }
      mouths.add(mouth)
      return {
        write(pcm) {
          if (mode === 'off' || !told.has(user.id)) return
          keep(mouth, resample(pcm), clock.now())
        },
        end() {
          const { meeting } = mouth
          delete mouth.meeting
          // what was said can still become part of a case; and a meeting goes on when they speak again
          clock.after(BEFORE_MS, () => {
            quiet(mouth)
            mouths.delete(mouth)
          })
          if (!meeting) return
          const before = idle.get(user.id)
          if (before) finish(before)
          idle.set(user.id, meeting)
          clock.after(IDLE_MS, () => {
            if (idle.get(user.id) !== meeting) return
            idle.delete(user.id)
            finish(meeting)
          })
        },
      }
    },

    /** A recording that is being made, to be deleted. */
    discard: (id: string) => discard([...takes.keys()].filter((take) => take.id === id)),

    /** Nothing of theirs is recorded until they are told anew, and what is being made is deleted. */
    async forget(userId: string): Promise<void> {
      told.delete(userId)
      for (const mouth of mouths) {
        if (mouth.user.id !== userId) continue
        mouth.ring.clear()
        mouth.clips.clear()
      }
      await discard([...takes].flatMap(([take, by]) => (by === userId ? [take] : [])))
    },

    /** Nothing more is recorded; resolves when what was is kept. */
    async end(): Promise<void> {
      over = true
      stop()
      await Promise.all([...takes.keys()].map((take) => take.end()))
    },

    /** Nothing more is recorded, and what is being made is deleted. */
    async drop(): Promise<void> {
      over = true
      const discarded = discard([...takes.keys()])
      stop()
      await discarded
    },
  }
}

export type RoomRecorder = ReturnType<typeof createRoomRecorder>
