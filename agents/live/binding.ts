import { context as activeTrace, type Context } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { isUnavailable } from '#db'
import type { AgentConfig, Command, Principal, RoomEvent, Workflow } from '#protocol'
import type { Clock, Room, RoomSignal } from '#rooms'
import type { Turn } from '../brain/index.ts'
import type { Moderator } from '../brain/moderation/index.ts'
import { createMeaning, type Embedder } from '../embedding/index.ts'
import type { Workflows } from '../graphs/index.ts'
import { isSpoken, type Spoken, toTurn } from '../graphs/spoken.ts'
import { SHUTDOWN } from '../graphs/voice.ts'
import type { AgentOptions, Observe } from '../types.ts'
import type { Aloud } from './aloud.ts'
import { createAsking } from './asking.ts'
import { agentConfigs, roomAgent } from './config.ts'
import type { RoomContext } from './context.ts'
import { createEnforcement } from './enforcement.ts'
import { createFloor } from './floor.ts'
import { createGreetings } from './greetings.ts'
import { type History, readHistory } from './history.ts'
import { createMemory } from './memory.ts'
import { isOffence } from './moderation.ts'
import { createQuestions } from './questions.ts'
import { createRuns } from './runs.ts'
import { createStates } from './states.ts'
import { createSummaries } from './summaries.ts'
import { createTurns } from './turns.ts'

export interface BindingDeps {
  room: Room
  embedder: Embedder | undefined
  aloud: Aloud | undefined
  workflows: Workflows
  moderator: Moderator
  /** For what was said before: its own, since flood windows count what is said now. */
  pastModerator: Moderator
  clock: Clock
  ids: () => string
  log: Logger
  options: AgentOptions
  observe: Observe
  /** How the room's agents are set, from the database. */
  loadConfigs(): Promise<AgentConfig[]>
}

/** Turns remembered at once when a room is loaded, so that other rooms are not held up. */
const AT_ONCE = 100

/** The agents of one live room: what happens in it reaches them here, in the order of the log. */
export function createBinding(deps: BindingDeps) {
  const { room, workflows, clock, ids, options } = deps
  const log = deps.log.child({ room: room.id })
  const stop = new AbortController()
  let configs = agentConfigs([])
  /** What waits for the room's settings; none once they are known. */
  let unknown: (() => void)[] | undefined = []
  /** What came before the agents knew the room's past. */
  let waiting: { event: RoomEvent; fit: boolean; trace: Context }[] | undefined = []
  const config = (workflow: Workflow) => {
    const found = configs.find((c) => c.workflow === workflow)
    if (!found) throw new Error(`no config of ${workflow}`)
    return found
  }
  const failed = (workflow: Workflow) => (error: unknown) => {
    if (stop.signal.aborted) return
    if (isUnavailable(error)) log.warn({ workflow }, 'an agent waits for the database')
    else log.error({ err: error, workflow }, 'an agent failed')
  }

  const memory = createMemory(
    deps.embedder &&
      createMeaning(deps.embedder, {
        deadlineMs: options.meaningWithinMs,
        onFailure: (err) =>
          log.warn({ err }, 'the embedding model failed; words alone are searched'),
      }),
  )
  const floor = createFloor()
  const states = createStates(room)
  const { deltaEveryMs } = options
  const turns = createTurns({
    clock,
    mayInterrupt: (id) => room.isPresent(id) && !room.restricted().some((r) => r.target === id),
    onBargeIn: () => void runs.bargeIn().catch(failed('qa')),
  })
  const { aloud, observe } = deps
  const runs = createRuns({ room, floor, states, turns, aloud, clock, deltaEveryMs, observe })
  const context: RoomContext = {
    room,
    workflows,
    memory,
    floor,
    runs,
    states,
    clock,
    ids,
    log,
    options,
    config,
    signal: stop.signal,
    failed,
  }
  const summaries = createSummaries(context)
  const questions = createQuestions(context, summaries)
  const asking = createAsking(context, { questions, isFit, ready: () => ready })
  const greetings = createGreetings(context, summaries)
  const enforcement = createEnforcement(context, {
    moderator: deps.moderator,
    pastModerator: deps.pastModerator,
    whenKnown: (run) => (unknown ? unknown.push(run) : run()),
  })

  const ready = prepare()

  return {
    ready,
    take,
    ask: asking.ask,
    interrupt: asking.interrupt,
    async review(principal: Principal, command: Command<'moderation.review'>): Promise<object> {
      await ready
      return enforcement.review(principal, command)
    },
    /** What was erased leaves the memory, and all that was made of it: of these seqs, or of all that is known. */
    async forget(seqs: readonly number[], anew: boolean) {
      await ready.catch(() => undefined)
      const known = memory.forget(seqs)
      const retracted = known ? runs.retract() : Promise.resolve()
      if (known || anew) await Promise.all([retracted, summaries.forget(seqs, retracted)])
    },
    /** Nothing is done for them any more, and nothing about them is known but what the log says. */
    async forgetPerson(person: string) {
      greetings.forget(person)
      asking.forget(person)
      turns.gone(person)
      await Promise.all([enforcement.forget(person), runs.forget(person)])
    },
    configs: async () => {
      await ready
      return configs
    },
    configure(next: AgentConfig) {
      configs = configs.map((c) => (c.workflow === next.workflow ? next : c))
      showAgents()
      summaries.heard()
    },
    /** Ends what runs, without a word in the log, so that it can be taken up again. */
    async stop() {
      stop.abort(SHUTDOWN)
      greetings.stop()
      summaries.stop()
      enforcement.stop()
      runs.shutDown()
      turns.stop()
      const settled = [summaries, questions, greetings, enforcement].map((part) => part.settled())
      await Promise.allSettled([ready, ...settled])
    },
  }

  /** Reads what was before, and takes up what a stop or a crash has cut. */
  async function prepare(): Promise<void> {
    configs = await deps.loadConfigs()
    showAgents()
    const heard = unknown ?? []
    unknown = undefined
    for (const run of heard) run()
    const history = await readHistory(room)
    await summaries.load()
    if (stop.signal.aborted) return
    for (const [index, event] of history.turns.entries()) {
      const turn = toTurn(event)
      if (!asking.isCall(event) && isFit(turn)) memory.add(turn)
      if (index % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    greetings.remember(history.departures)
    const arrived = waiting ?? []
    waiting = undefined
    // What was said meanwhile may be in the history already; what was asked meanwhile was heard by
    // nobody, and who came meanwhile was greeted by nobody.
    for (const { event, fit, trace } of arrived)
      activeTrace.with(trace, () => {
        if (event.seq > history.upto || event.type === 'participant.joined') handle(event, fit)
        else if (isSpoken(event) && fit) asking.hear(event)
      })
    summaries.heard()
    await enforcement.takeUp(history).catch(failed('moderation'))
    await takeUp(history).catch(failed('qa'))
  }

  async function takeUp(history: History): Promise<void> {
    for (const started of history.unfinished) {
      if (started.data.workflow === 'qa') await questions.resume(started)
      else
        await runs
          .create({
            id: started.data.run,
            agent: roomAgent(config(started.data.workflow)),
            to: started.to,
            resumed: true,
          })
          .fail('internal')
    }
  }

  /** Abuse that was counted with another offence is in no case, and yet not to be repeated. */
  function isFit({ text, at, speaker }: Turn): boolean {
    const verdict = deps.pastModerator.judge({ text, at, speaker, kind: 'final', room: room.id })
    return !config('moderation').enabled || !isOffence(verdict)
  }

  function take(signal: RoomSignal): void {
    if (signal.kind === 'ephemeral') {
      const { event } = signal
      if (event.type === 'transcript.partial' && event.actor.kind === 'person')
        if (config('moderation').enabled) enforcement.hearPartial(event)
      if (event.type === 'participant.speaking') turns.speaking(event.actor.id, event.data.speaking)
      return
    }
    if (signal.kind !== 'events') return
    for (const event of signal.events) {
      const fit = isSpoken(event) && config('moderation').enabled ? enforcement.hear(event) : true
      enforcement.seen(event)
      if (waiting) waiting.push({ event, fit, trace: activeTrace.active() })
      else handle(event, fit)
    }
  }

  /** Moderation has seen it already; `fit` says whether the words may be repeated. */
  function handle(event: RoomEvent, fit: boolean): void {
    switch (event.type) {
      case 'transcript.final':
      case 'chat.message':
        if (isSpoken(event) && fit) heard(event)
        return
      case 'participant.joined':
        greetings.joined(event)
        states.refresh()
        return
      case 'participant.left':
        greetings.left(event)
        turns.gone(event.actor.id)
        states.refresh()
        if (room.participants().length === 0) void summaries.flush()
        return
      case 'room.closed':
        void summaries.flush()
    }
  }

  function heard(event: Spoken): void {
    if (asking.hear(event) || event.to !== undefined) return
    memory.add(toTurn(event))
    summaries.heard()
  }

  function showAgents(): void {
    room.setAgents(configs.filter((c) => c.enabled).map(roomAgent))
    states.refresh()
  }
}

export type Binding = ReturnType<typeof createBinding>
