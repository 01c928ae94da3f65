import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import type { SpeakerPage } from './speaker-page.ts'

/** A text stream that a page got. */
export interface Received {
  topic: string
  /** Identity of who is said to have sent it. */
  sender: string
  text: string
  attributes: Record<string, string>
  /** Epoch ms. */
  at: number
}

/** A person in a LiveKit room, in a real browser by livekit-client alone: the page knows nothing of the hub. */
export interface Speaker {
  /** Speaks a WAV file into the published microphone; resolves when all of it was spoken. */
  say(wav: Uint8Array): Promise<void>
  /** Publishes the microphone anew. */
  publish(): Promise<void>
  /** Whether a microphone is published. */
  publishes(): Promise<boolean>
  chat(text: string): Promise<void>
  /** Text streams so far. */
  received(): Promise<Received[]>
  /** How loud others were at most since this was last asked, 0 to 1. */
  loudest(): Promise<number>
  /** Attributes of the others, by identity. */
  others(): Promise<Record<string, Record<string, string>>>
  /** How long the connection held before it was ended, ms. */
  stayed(): Promise<number>
  /** Why the connection ended. */
  disconnected(): Promise<string | undefined>
  leave(): Promise<void>
}

/** Joins in a browser context of its own, with a microphone that is silent until `say`. */
export async function joinSpeaker(browser: Browser, url: string, token: string): Promise<Speaker> {
  const context = await browser.newContext()
  const page = await context.newPage()
  // a microphone needs a secure origin, and the server's own page on loopback is one
  await page.goto(url.replace(/^ws/, 'http'))
  await page.addScriptTag({ content: await script() })
  const ask =
    <N extends keyof SpeakerPage>(name: N) =>
    (...args: Parameters<SpeakerPage[N]>): Promise<Awaited<ReturnType<SpeakerPage[N]>>> =>
      page.evaluate(`speaker.${name}(...${JSON.stringify(args)})`)
  await ask('join')(url, token)
  return {
    say: (wav) => ask('say')(Buffer.from(wav).toString('base64')),
    publish: ask('publish'),
    publishes: ask('publishes'),
    chat: ask('chat'),
    received: ask('received'),
    loudest: ask('loudest'),
    others: ask('others'),
    stayed: ask('stayed'),
    disconnected: ask('disconnected'),
    leave: () => context.close(),
  }
}

async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('speaker-page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
  })
  return outputFiles[0]?.text ?? ''
}
