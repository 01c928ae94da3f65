import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that nobody listens on, for what is stopped and started again on it: below those that the system gives to
 * whoever connects, so that it stays free meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000)
    const server = createServer().listen(port, '127.0.0.1')
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!free) continue
    await once(server.close(), 'close')
    return port
  }
}
