/**
 * The composition root: it alone reads the environment, starts everything in order, and stops it in the
 * opposite one.
 */
import { randomUUID } from 'node:crypto'
import { createAgents } from '#agents'
import { openEmbedder } from '#agents/embedding'
import { catalogue, DatabaseError, openDatabase } from '#db'
import { HubError } from '#protocol'
import { acquireOwnership, createLocalBus, createRooms, systemClock } from '#rooms'
import { createRecordings } from '#rooms/recording'
import { openSynthesizer } from '#rooms/speech/synthesizers'
import { createActivity } from './activity.ts'
import { type Auth, createAuth } from './auth/index.ts'
import { createBuckets } from './buckets.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { makeDataDir } from './data-dir.ts'
import { watchGauges } from './gauges.ts'
import { openHearing } from './hearing.ts'
import { keepHouse } from './housekeeping.ts'
import { createHttp } from './http/index.ts'
import { listen, PortError } from './listen.ts'
import { openLiveKit } from './livekit.ts'
import { LockedError, lockFolder } from './lock.ts'
import { createLog, type Logger } from './log.ts'
import { watchLoopDelay } from './loop-delay.ts'
import { createMetrics } from './metrics.ts'
import { nodeId } from './node-id.ts'
import { readOperations } from './operations.ts'
import { createPrivacy, everyPlace } from './privacy/index.ts'
import { createSamplePlayer } from './sample/index.ts'
import { type Phase, runPhases } from './shutdown.ts'
import { createSittings } from './sittings.ts'
import { startSockets } from './sockets/index.ts'
import { startTracing } from './tracing.ts'

/** A hub that has not stopped by then is stopped. */
const DRAIN_MS = 9_500
/** npm forwards a Ctrl-C that the terminal has sent to the hub already: both are one. */
const SAME_SIGNAL_MS = 250
/** How long the link of the first sign-in is good. */
const SIGN_IN_HOURS = 24

const log = createLog()
process.on('uncaughtException', (err) => die(err, 'uncaught exception'))
process.on('unhandledRejection', (err) => die(err, 'unhandled rejection'))

try {
  await start(readConfig(process.env, process.cwd()))
} catch (error) {
  if (isExpected(error)) process.stderr.write(`${error.message}\n`)
  else log.fatal({ err: error }, 'the hub did not start')
  process.exit(1)
}

async function start(config: Config): Promise<void> {
  // What has been started, in the order in which it is to be stopped.
  const phases: Phase[] = []
  const stopFirst = (name: string, withinMs: number, run: () => unknown) =>
    phases.unshift({ name, withinMs, run })
  let draining = false
  const stop = onSignals(() => {
    draining = true
    return runPhases(phases, log)
  })

  try {
    const clock = Date.now
    const startedAt = clock()
    const nextId = randomUUID
    makeDataDir(config.dataDir)
    const unlock = lockFolder(config.dataDir)
    stopFirst('lock', 100, unlock)
    const id = nodeId(config.dataDir, nextId)
    const tracing = await startTracing({ env: process.env, nodeId: id, log, clock })
    if (tracing) stopFirst('traces', 300, tracing.stop)
    const metrics = createMetrics()
    const auth = createAuth(config, clock)

    const db = await openDatabase({
      dataDir: config.dataDir,
      log,
      encryptionKeys: config.encryptionKeys,
      firstEncryptionKey: config.firstEncryptionKey,
      clock,
      ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }),
    })
    stopFirst('database', 2_000, () => db.close())
    await catalogue.seed(db, { log, clock })
    const sittings = createSittings({ db, clock: systemClock, log })
    stopFirst('sittings', 1_000, () => sittings.stop())

    const bus = createLocalBus({ log })
    const ownership = await acquireOwnership({
      db,
      nodeId: id,
      clock: systemClock,
      log,
      onLost: () => die(undefined, 'another process took the place of this node'),
    })
    const speech = openHearing({ config, log, metrics })
    const recordings = createRecordings({
      ...{ db, bus, log, nextId, clock: systemClock, dataDir: config.dataDir },
      s3: config.s3,
    })
    stopFirst('recordings', 500, () => recordings.stop())
    const rooms = createRooms({
      db,
      bus,
      ownership,
      clock: systemClock,
      logger: log,
      nextId,
      speech,
      recorder: recordings,
      observeCommit: metrics.committed,
    })
    stopFirst('rooms', 2_000, () => rooms.stop(1_500))
    // what was said last is in the log before the rooms end
    stopFirst('speech', 1_800, () => speech.stop())

    const embedder = await openEmbedder(config.dataDir, log)
    stopFirst('embedder', 200, () => embedder?.stop())
    const synthesizer = openSynthesizer({ openai: config.models.openai, log })
    stopFirst('voice', 200, () => synthesizer.stop())
    const agents = createAgents({
      db,
      rooms,
      bus,
      log,
      clock: systemClock,
      ids: nextId,
      models: config.models,
      embedder,
      synthesizer,
      observe: metrics.agent,
    })

    const livekit = await openLiveKit({ config, db, rooms, bus, agents, log, nextId })

    const jobs = db.createJobs({ log, clock })
    stopFirst('jobs', 1_000, () => jobs.stop(800))
    const privacy = createPrivacy({
      ...{ db, jobs, clock, nextId, log, dataDir: config.dataDir, flushAudit: sittings.flush },
      places: everyPlace({ db, rooms, recordings }),
    })
    stopFirst('privacy', 100, () => privacy.stop())
    keepHouse({ jobs, db, privacy, rooms, log, clock })

    const sample = createSamplePlayer({ rooms, bus, auth, log, nextId })
    const buckets = createBuckets(clock)
    const activity = createActivity({ bus, agents, clock })
    const isDraining = () => draining
    const loopDelay = watchLoopDelay()
    // nobody asks before it listens, and then the sockets are there
    const operations = () =>
      readOperations({ id, startedAt, clock, rooms, metrics, sockets, loopDelay })
    const http = await createHttp({
      ...{ db, rooms, agents, auth, buckets, recordings, sample, privacy },
      ...{ metrics, activity, operations },
      ...{ log, clock, nextId, isDraining, sittings, arrival: livekit?.arrival },
      ...(config.livekit?.url === undefined ? {} : { livekitUrl: config.livekit.url }),
    })
    stopFirst('http', 500, () => http.close())
    const sockets = startSockets({
      ...{ rooms, agents, auth, bus, sittings, buckets, metrics, log, clock },
      server: http.server,
      random: Math.random,
      allowedOrigins: config.allowedOrigins,
    })
    watchGauges({ metrics, db, rooms, ownership, sockets, speech, clock })
    stopFirst('sockets', 1_200, () => sockets.close())
    if (livekit) {
      stopFirst('livekit jobs', 500, () => livekit.arrival.stop())
      stopFirst('livekit rooms', 1_500, () => livekit.leave())
    }
    stopFirst('agents', 800, () => agents.stop())
    stopFirst('commands', 2_500, () => sockets.drain())
    stopFirst('sample', 500, () => sample.stop())
    if (livekit) stopFirst('no more livekit rooms', 100, () => livekit.arrival.drain())

    // after the sockets, so that an event is sent before agents think about it
    await agents.start()
    const port = await listen(http, config.port)
    await announce(log, port, auth)
    livekit?.arrival.start()
    recordings.start()
    jobs
      .start()
      .then(privacy.resume)
      .catch((err) => {
        if (!draining) log.error({ err }, 'no jobs are done')
      })
    // nobody waits for rooms that nobody has asked for: one that is asked for is loaded at once
    rooms.start().catch((err) => {
      if (!draining) log.error({ err }, 'open rooms were not brought back')
    })
  } catch (error) {
    await stop()
    throw error
  }
}

/** Returns what stops the hub, once, whoever asks. A second signal does not wait for it. */
function onSignals(drain: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= drain()
    return stopping
  }
  let first: { signal: NodeJS.Signals; at: number } | undefined
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      const at = performance.now()
      if (first?.signal === signal && at - first.at < SAME_SIGNAL_MS) return
      if (first) process.exit(1)
      first = { signal, at }
      log.info({ signal }, 'stopping')
      setTimeout(() => die(undefined, 'stopping took too long'), DRAIN_MS).unref()
      stop().then(
        () => {
          log.info('stopped')
          process.exit(0)
        },
        (err) => die(err, 'stopping failed'),
      )
    })
  return stop
}

async function announce(to: Logger, port: number, auth: Auth): Promise<void> {
  const address = `http://localhost:${port}`
  // Nothing was configured: whoever started the hub is its user.
  const token = auth.local
    ? await auth.mintToken?.({ userId: 'local', role: 'user', hours: SIGN_IN_HOURS })
    : undefined
  to.info(
    { address, ...(token === undefined ? {} : { sign_in: `${address}/#token=${token}` }) },
    `ready: ${address}`,
  )
  if (token !== undefined && process.stdout.isTTY)
    process.stdout.write(
      `\n  AuraLink is ready. Open this to sign in:\n  ${address}/#token=${token}\n\n`,
    )
}

/** Says what to do about it, so its stack would only hide the message. */
function isExpected(error: unknown): error is Error {
  return [ConfigError, DatabaseError, LockedError, PortError, HubError].some(
    (type) => error instanceof type,
  )
}

function die(err: unknown, message: string): never {
  log.fatal(err === undefined ? {} : { err }, message)
  process.exit(1)
}
