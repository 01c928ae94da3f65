/** Numbers and names as every page says them. */
import type { AgentConfig } from '#protocol'

/** What each agent is called by what it does; each has a name of its own in each room too. */
export const AGENT_TITLES: Record<AgentConfig['workflow'], string> = {
  auto_join: 'Greeter',
  summarization: 'Summary',
  moderation: 'Moderation',
  qa: 'Answers',
}

/** What can be done about a person, and what that means for them. */
export const ACTIONS = {
  warn: { label: 'Warn', means: 'They are told in private, and it counts as a strike.' },
  mute: { label: 'Mute', means: 'They can read, and nothing that they say is heard or shown.' },
  remove: { label: 'Remove', means: 'They leave the room, and cannot come back until it ends.' },
} as const

/** A length in its two greatest units: `15 s`, `2.5 min`, `1 h 30 min`, `1 d`. */
export function sayMinutes(minutes: number): string {
  if (minutes < 1) return `${Math.max(1, Math.round(minutes * 60))} s`
  if (minutes < 60) return `${Math.round(minutes * 10) / 10} min`
  const whole = Math.round(minutes)
  const units = { d: Math.floor(whole / 1440), h: Math.floor(whole / 60) % 24, min: whole % 60 }
  const parts = Object.entries(units).flatMap(([unit, n]) => (n > 0 ? [`${n} ${unit}`] : []))
  return parts.slice(0, 2).join(' ')
}

/** A short time: `0.4 ms`, `12 ms`, `1.3 s`. */
export function sayDuration(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return `${Math.round(ms / 100) / 10} s`
}

/** A span as a clock shows it: `4:05`, or `1:04:05`. */
export function sayClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** How long ago, in one unit. */
export function sayAgo(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min`
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h`
  return `${Math.floor(minutes / 1440)} d`
}
