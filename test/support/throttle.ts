import type { Page } from 'playwright-core'

export interface Network {
  /** Added to every exchange, ms. */
  latency: number
  /** Down and up alike, bytes a second. */
  bytesPerSecond: number
}

/** Makes a page's network slow, sockets included. Returns what makes it fast again. */
export async function throttle(page: Page, network: Network): Promise<() => Promise<void>> {
  const { latency, bytesPerSecond } = network
  const session = await page.context().newCDPSession(page)
  const emulate = (wait: number, speed: number) =>
    session.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: wait },
      ...{ downloadThroughput: speed, uploadThroughput: speed },
    })
  await session.send('Network.enable')
  await emulate(latency, bytesPerSecond)
  return async () => {
    await emulate(0, -1)
    await session.detach()
  }
}
