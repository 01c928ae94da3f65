import type { DurableData, ErrorCode, EventDraft } from '#protocol'
import type { Clock, Room, RoomAgent } from '#rooms'
import {
  INTERRUPTED,
  type Priority,
  type Said,
  SHUTDOWN,
  type Utterance,
  type Voice,
} from '../graphs/voice.ts'
import { inSpan } from '../observe/span.ts'
import type { Observe } from '../types.ts'
import type { Aloud, Narration } from './aloud.ts'
import { actorOf } from './config.ts'
import { createDeltas } from './deltas.ts'
import type { Floor } from './floor.ts'
import type { States } from './states.ts'
import type { Turns } from './turns.ts'

export interface RunOptions {
  id: string
  agent: RoomAgent
  /** For this person alone. */
  to?: string | undefined
  /** Who alone may stop it while it is private. */
  askedBy?: string | undefined
  /** What was asked, for those who hear the answer. */
  question?: string | undefined
  commandId?: string | undefined
  /** Its `run.started` is in the log already, from before a restart. */
  resumed?: boolean
}

export interface LiveRun extends Voice {
  readonly id: string
  /** Resolves when `run.started` is committed. */
  readonly started: Promise<void>
  /** Whether its end was written, or is being written. */
  over(): boolean
}

export interface RunsDeps {
  room: Pick<Room, 'append' | 'emit' | 'hearsVoice' | 'openVoice'>
  floor: Floor
  states: States
  turns: Turns
  /** Without it all is text. */
  aloud: Aloud | undefined
  clock: Clock
  deltaEveryMs: number
  observe: Observe
}

interface Entry extends LiveRun {
  options: RunOptions
  begun: boolean
  /** What it was made from is erased meanwhile: it ends as soon as it has begun. */
  outdated: boolean
  narration?: Narration
  /** `keep`: what was heard of it until now stays in the log. Default true. */
  stop(options?: { keep?: boolean }): Promise<void>
  shutDown(): void
}

/** The runs of a room that speak: each is started once, heard, and ended once, however it ends. */
export function createRuns(deps: RunsDeps) {
  const { room, floor, states, turns, aloud, clock, deltaEveryMs, observe } = deps
  const runs = new Map<string, Entry>()
  /** Last words on their way to the log. */
  const ending = new Set<Promise<unknown>>()

  function create(options: RunOptions): LiveRun {
    const { id: run, agent, to } = options
    const actor = actorOf(agent)
    const addressed = to === undefined ? {} : { to }
    const abort = new AbortController()
    let markStarted = () => {}
    const started = new Promise<void>((resolve) => {
      markStarted = resolve
    })
    let over = false
    let index = 0
    const endThinking = states.begin(agent.id, 'thinking')
    const { workflow } = agent
    const createdAt = performance.now()
    const took = () => performance.now() - createdAt

    const deltas = createDeltas(clock, deltaEveryMs, (text) => {
      if (index === 0) observe({ stage: 'talkback_first_words', workflow, ms: took() })
      room.emit({
        type: 'talkback.delta',
        actor,
        data: { run, agent: agent.id, index: index++, text },
        ...addressed,
      })
    })

    /** The last words and the end are one append: after a crash both are there, or neither. */
    async function end(
      data: Omit<DurableData<'run.finished'>, 'run'>,
      said?: Said,
      voice = false,
    ): Promise<void> {
      over = true
      deltas.end()
      endThinking()
      runs.delete(run)
      const drafts: EventDraft[] = []
      if (said && said.text !== '')
        drafts.push({
          type: 'talkback.said',
          actor,
          data: {
            run,
            agent: agent.id,
            text: said.text,
            voice,
            ...(said.citations ? { citations: said.citations } : {}),
            ...(data.status === 'interrupted' ? { interrupted: true } : {}),
          },
          ...addressed,
        })
      drafts.push({ type: 'run.finished', actor, data: { run, ...data }, ...addressed })
      const written = room.append(drafts).finally(() => ending.delete(written))
      ending.add(written)
      await written
      observe({ stage: 'talkback', workflow, status: data.status, ms: took() })
    }

    /** Says it aloud, where that is heard: what all may hear. */
    function narrate(): Narration | undefined {
      if (!aloud || to !== undefined || !room.hearsVoice()) return undefined
      const endings: (() => void)[] = []
      const narration = aloud.begin({
        signal: abort.signal,
        mayBegin: async () => (await turns.pause(abort.signal)) && room.hearsVoice(),
        openSink: () => room.openVoice({ run, agent: agent.id }),
        onSound() {
          endings.push(states.begin(agent.id, 'speaking'), turns.voiced())
          endThinking()
        },
        onEnd() {
          for (const ending of endings) ending()
        },
      })
      entry.narration = narration
      return narration
    }

    const entry: Entry = {
      id: run,
      options,
      begun: options.resumed ?? false,
      outdated: false,
      signal: abort.signal,
      started,
      over: () => over,

      async start() {
        if (entry.begun || over) return
        const { commandId, question, askedBy } = options
        const asked = {
          ...(question === undefined ? {} : { question }),
          ...(askedBy === undefined ? {} : { asked_by: askedBy }),
        }
        const data = { run, workflow, ...asked }
        await room.append(
          [{ type: 'run.started', actor, data, ...addressed }],
          commandId === undefined ? {} : { commandId },
        )
        entry.begun = true
        markStarted()
        if (entry.outdated) {
          await entry.stop({ keep: false })
          throw abort.signal.reason
        }
      },

      async speak(priority: Priority, say: (utterance: Utterance) => Promise<Said>) {
        const attributes = { 'auralink.workflow': workflow, 'auralink.run': run }
        await inSpan('talkback', { attributes }, async (span) => {
          const release = await floor.take({
            priority,
            private: to !== undefined,
            signal: abort.signal,
          })
          span.addEvent('has the floor')
          const narration = priority === 'answer' ? narrate() : undefined
          const endSpeaking = narration ? undefined : states.begin(agent.id, 'speaking')
          try {
            const said = await say({
              signal: abort.signal,
              show(text, atOnce) {
                deltas.show(text, atOnce)
                narration?.show(text)
              },
            })
            if (narration) {
              // all of it can be read while it is said
              deltas.show(said.text, true)
              await narration.finish(said.text)
            }
            // an interruption that came in the last moment has written the end itself
            if (over) throw abort.signal.reason
            await end({ status: 'done' }, said, narration?.sounded())
          } finally {
            narration?.stop()
            endSpeaking?.()
            release()
          }
        })
      },

      async fail(code: ErrorCode) {
        if (over) return
        if (!entry.begun) {
          // nobody knows of it, so that there is nothing to end in the log
          entry.shutDown()
          runs.delete(run)
          return
        }
        await end({ status: code === 'timed_out' ? 'timed_out' : 'failed', error: code })
      },

      async stop({ keep = true } = {}) {
        const { narration } = entry
        narration?.stop()
        const sounded = narration?.sounded() ?? false
        const text = (sounded ? narration?.heard() : deltas.shown()) ?? ''
        over = true
        room.emit({ type: 'talkback.stop', actor, data: { run }, ...addressed })
        abort.abort(INTERRUPTED)
        await end({ status: 'interrupted' }, keep ? { text } : undefined, sounded)
      },

      shutDown() {
        over = true
        entry.narration?.stop()
        deltas.end()
        endThinking()
        abort.abort(SHUTDOWN)
      },
    }
    runs.set(run, entry)
    return entry
  }

  return {
    create,

    /** How many private runs a person waits for. */
    privateOf: (userId: string) =>
      [...runs.values()].filter(
        ({ options: { to, askedBy } }) => to === userId && askedBy === userId,
      ).length,

    /** Stops one run, or all, of those that the person may stop: what everyone hears, and their own. */
    async interrupt(userId: string, run?: string): Promise<string[]> {
      const stopped = [...runs.values()].filter(
        ({ id, begun, options: { to, askedBy } }) =>
          begun && (run === undefined || run === id) && (to === undefined || askedBy === userId),
      )
      await Promise.all(stopped.map((entry) => entry.stop()))
      return stopped.map(({ id }) => id)
    },

    /** Somebody talks: what is heard aloud ends. */
    async bargeIn(): Promise<void> {
      const heard = [...runs.values()].filter(({ narration }) => narration?.sounded())
      await Promise.all(heard.map((entry) => entry.stop()))
    },

    /**
     * What is being said may quote what was erased: it ends, and those who asked can ask again. Resolves when the last words
     * of all that ended before are in the log, too.
     */
    async retract(): Promise<void> {
      const going = [...runs.values()].filter((entry) => !entry.over())
      for (const entry of going) entry.outdated = true
      await Promise.all(going.map((entry) => entry.begun && entry.stop({ keep: false })))
      await Promise.allSettled(ending)
    },

    /** What was for a person, or because they asked, is for nobody; greetings may name them. */
    async forget(userId: string): Promise<void> {
      for (const entry of [...runs.values()]) {
        const { to, askedBy, agent } = entry.options
        if (to === userId || askedBy === userId) {
          entry.shutDown()
          runs.delete(entry.id)
          room.emit({
            ...{ type: 'talkback.stop', actor: actorOf(agent), data: { run: entry.id } },
            ...(to === undefined ? {} : { to }),
          })
        } else if (agent.workflow === 'auto_join') {
          entry.outdated = true
          if (entry.begun) await entry.stop({ keep: false })
        }
      }
    },

    /** Ends all without a word in the log, so that they can be taken up again. */
    shutDown() {
      for (const entry of runs.values()) entry.shutDown()
      runs.clear()
    },
  }
}

export type Runs = ReturnType<typeof createRuns>
