/** The same duty for LiveKit Agents: join every room, and do nothing there. Copied to where its package is installed. */
import { fileURLToPath } from 'node:url'
import { cli, defineAgent, ServerOptions } from '@livekit/agents'

export default defineAgent({ entry: (job) => job.connect() })

if (process.argv[1] === fileURLToPath(import.meta.url))
  cli.runApp(
    new ServerOptions({
      agent: fileURLToPath(import.meta.url),
      // takes what comes: the figure is how it joins, not when it refuses
      loadFunc: async () => 0,
      port: 0,
    }),
  )
