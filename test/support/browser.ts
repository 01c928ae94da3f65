import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/**
 * A headless Chromium of this machine. Where there is none, root installs it; else this fails loudly.
 * With `speech` it has a microphone, and that WAV file is what is said into it from when it is opened, once
 * or `again` and again; pages still need the permission `microphone`.
 */
export async function launchBrowser({
  speech,
  again = false,
}: {
  speech?: string
  again?: boolean
} = {}): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? find() ?? install()
  const microphone = [
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${speech}${again ? '' : '%noloop'}`,
  ]
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...(speech === undefined ? [] : microphone)],
  })
}

function find(): string | undefined {
  return PLACES.find((path) => existsSync(path))
}

function install(): string {
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' })
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
    })
  }
  const path = find()
  if (path !== undefined) return path
  throw new Error('This test needs Chromium: install it, or say where it is in CHROMIUM_PATH.')
}
