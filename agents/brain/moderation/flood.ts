/** Bounds of the flood window. */
interface FloodLimits {
  /** Milliseconds in which messages are counted. Default 10,000. */
  windowMs: number
  /** Chat messages of one speaker in the window before it is a flood. Default 8. */
  messages: number
  /** Milliseconds in which the same text is a repeat. Default 60,000. */
  repeatMs: number
  /** How often the same text, or nearly the same, may be said before it is spam. Default 3. */
  repeats: number
  /** Speakers that are remembered at once; the one silent for longest is forgotten. Default 2,000. */
  speakers: number
}

const defaults: FloodLimits = {
  windowMs: 10_000,
  messages: 8,
  repeatMs: 60_000,
  repeats: 3,
  speakers: 2_000,
}

interface Message {
  at: number
  chat: boolean
  words: ReadonlySet<string>
}

interface FloodWindow {
  /** Counts a message, and tells what it is part of. `key` names room and speaker. */
  count(
    key: string,
    at: number,
    chat: boolean,
    words: readonly string[],
  ): { flood: boolean; repeated: boolean }
}

/** Remembers each speaker's last messages, at most 16 of at most 40 words. */
export function createFloodWindow(options: Partial<FloodLimits> = {}): FloodWindow {
  const limits = { ...defaults, ...options }
  const kept = Math.max(16, limits.messages + 1)
  const speakers = new Map<string, Message[]>()

  return {
    count(key, at, chat, spoken) {
      const words = new Set(spoken.slice(0, 40))
      const before = (speakers.get(key) ?? []).filter((m) => at - m.at < limits.repeatMs)
      // Speech: "yeah", "okay" come again and again, and speakers are cut into many finals.
      const long = chat ? spoken.length >= 1 : spoken.length >= 5
      const same = long ? before.filter((m) => m.chat === chat && alike(m.words, words)).length : 0
      const recent = before.filter((m) => m.chat && at - m.at < limits.windowMs).length
      speakers.delete(key)
      speakers.set(key, [...before.slice(1 - kept), { at, chat, words }])
      if (speakers.size > limits.speakers) {
        for (const oldest of speakers.keys()) {
          speakers.delete(oldest)
          break
        }
      }
      return { flood: chat && recent >= limits.messages, repeated: same >= limits.repeats }
    },
  }
}

/** At least four fifths of the words of both are common to both. */
function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  let common = 0
  for (const word of a) if (b.has(word)) common += 1
  return common > 0 && common >= 0.8 * (a.size + b.size - common)
}
