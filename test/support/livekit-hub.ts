import { rm } from 'node:fs/promises'
import { startHub, type TestHub } from './hub.ts'
import { type LiveKitServer, startLiveKit } from './livekit.ts'
import { dataDirWithSpeech } from './speech-models.ts'

export interface LiveKitHub {
  hub: TestHub
  livekit: LiveKitServer
  /** Ends both, and drops the database. */
  stop(): Promise<void>
}

/** A hub whose agents join the rooms of a LiveKit server of its own; `speech`: they hear. */
export async function startLiveKitHub(
  database: { url: string; drop(): Promise<void> },
  { speech = false } = {},
): Promise<LiveKitHub> {
  const livekit = await startLiveKit()
  const dataDir = speech ? await dataDirWithSpeech() : undefined
  const hub = await startHub({
    ...{ databaseUrl: database.url, env: livekit.env },
    ...(dataDir === undefined ? {} : { dataDir }),
  }).catch(async (error: unknown) => {
    await livekit.stop()
    throw error
  })
  return {
    hub,
    livekit,
    async stop() {
      await hub.stop()
      await livekit.stop()
      await database.drop()
      if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
