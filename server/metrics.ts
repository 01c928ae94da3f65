import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AgentObservation } from '#agents'
import type { SpeechObservation } from '#rooms/speech'
import { createStages } from './stages.ts'

/** From half a millisecond, which is what a decision takes, to what nobody waits for. */
const QUICK = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
/** For what a model may be asked in. */
const LONG = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** The commands whose ack means that something said is in the log. */
const SAYING = new Set(['caption.push', 'chat.send', 'agent.ask'])

/**
 * What the hub counts, stage by stage: a command's arrival, its commit, the fan-out, the agents, the
 * queues to readers. Labels never hold what users made up (rooms, names, ids): these are personal
 * data, and unbounded.
 */
export function createMetrics() {
  const register = new Registry()
  const registers = [register]
  // among them the delay of the event loop, memory and file descriptors
  collectDefaultMetrics({ register })
  const stages = createStages()

  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ) => new Histogram({ name, help, buckets, labelNames, registers })

  const commands = histogram(
    'hub_command_seconds',
    'Commands of sockets by name and outcome (ok or the error code), until the ack.',
    QUICK,
    ['command', 'outcome'],
  )
  const commits = histogram(
    'hub_commit_seconds',
    'Commits of events to Postgres, from the first attempt on.',
    QUICK,
  )
  const appendWaits = histogram(
    'hub_append_seconds',
    'Appends to logs, from their submission until they are durable.',
    QUICK,
  )
  const appends = new Counter({
    name: 'hub_appends_total',
    help: 'Appends that commits held: over the number of commits, how well they are grouped.',
    registers,
  })
  const fanouts = histogram(
    'hub_fanout_seconds',
    'Handing the events of one commit in one room to all sockets that read it.',
    [0.0001, ...QUICK],
  )
  const decisions = histogram(
    'hub_moderation_decision_seconds',
    'Local verdicts on what was said, by kind (final, partial or chat) and severity.',
    [0.0001, ...QUICK],
    ['kind', 'severity'],
  )
  const graphs = histogram(
    'hub_graph_run_seconds',
    'Runs of graphs by workflow and status (done, failed or interrupted), with the wait for their thread.',
    LONG,
    ['workflow', 'status'],
  )
  const firstTokens = histogram(
    'hub_model_first_token_seconds',
    'Requests to models that stream, until the first piece of the answer.',
    LONG,
    ['model'],
  )
  const models = histogram(
    'hub_model_seconds',
    'Requests to models by outcome (ok, cancelled or the error code), until the answer is whole.',
    LONG,
    ['model', 'outcome'],
  )
  const firstWords = histogram(
    'hub_talkback_first_words_seconds',
    'Spoken runs by workflow, until the first words are shown.',
    LONG,
    ['workflow'],
  )
  const talkbacks = histogram(
    'hub_talkback_seconds',
    'Spoken runs by workflow and status, until their end is in the log.',
    LONG,
    ['workflow', 'status'],
  )
  const transcriptions = histogram(
    'hub_transcription_seconds',
    'Stretches of speech, from the end of the voice until their outcome: final, empty or gap.',
    LONG,
    ['outcome'],
  )

  return {
    register,
    stages,
    connections: new Gauge({ name: 'hub_connections', help: 'Open sockets.', registers }),
    rooms: new Gauge({ name: 'hub_rooms', help: 'Live rooms on this node.', registers }),
    events: new Counter({
      name: 'hub_events_total',
      help: 'Events that rooms gave out, by kind: durable, ephemeral or pending.',
      labelNames: ['kind'],
      registers,
    }),
    outboundBytes: new Counter({
      name: 'hub_outbound_bytes_total',
      help: 'Bytes handed to sockets.',
      registers,
    }),
    closed: new Counter({
      name: 'hub_closed_total',
      help: 'Sockets that the hub closed, by close code.',
      labelNames: ['code'],
      registers,
    }),
    audioFrames: new Counter({
      name: 'hub_audio_frames_total',
      help: 'Frames of sound by outcome: heard, stray (no stream is open), malformed, or refused (too large, too many).',
      labelNames: ['outcome'],
      registers,
    }),
    requests: histogram(
      'hub_request_seconds',
      'HTTP requests by method, route and status.',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      ['method', 'route', 'status'],
    ),

    /** A gauge whose value is asked for at each scrape; undefined leaves it as it was. */
    gauge(name: string, help: string, read: () => number | Promise<number | undefined>): void {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          const value = await read()
          if (value !== undefined) this.set(value)
        },
      })
    },

    /** A command was answered. Its name is one of the contract's, or `unknown`. */
    command(name: string, outcome: string, ms: number): void {
      commands.observe({ command: name, outcome }, ms / 1000)
      if (outcome === 'ok' && SAYING.has(name)) stages.took('command', ms)
    },

    committed({ ms, waits }: { ms: number; waits: readonly number[] }): void {
      commits.observe(ms / 1000)
      stages.took('commit', ms)
      appends.inc(waits.length)
      for (const wait of waits) {
        appendWaits.observe(wait / 1000)
        stages.took('append', wait)
      }
    },

    fannedOut(ms: number): void {
      fanouts.observe(ms / 1000)
      stages.took('fanout', ms)
    },

    /** What somebody said is words now, or it is known that it will not be. */
    heard({ stage, outcome, ms }: SpeechObservation): void {
      transcriptions.observe({ outcome }, ms / 1000)
      stages.took(stage, ms)
    },

    agent(what: AgentObservation): void {
      const { stage, ms } = what
      stages.took(stage, ms)
      const seconds = ms / 1000
      switch (what.stage) {
        case 'decision':
          decisions.observe({ kind: what.kind, severity: what.severity }, seconds)
          break
        case 'graph':
          graphs.observe({ workflow: what.workflow, status: what.status }, seconds)
          break
        case 'model_first_token':
          firstTokens.observe({ model: what.model }, seconds)
          break
        case 'model':
          models.observe({ model: what.model, outcome: what.outcome }, seconds)
          break
        case 'talkback_first_words':
          firstWords.observe({ workflow: what.workflow }, seconds)
          break
        case 'talkback':
          talkbacks.observe({ workflow: what.workflow, status: what.status }, seconds)
          break
      }
    },
  }
}

export type Metrics = ReturnType<typeof createMetrics>
