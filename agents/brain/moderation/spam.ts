import type { Hit } from './types.ts'

/** Ordinary links that one chat message may hold. */
const maxLinks = 3

const link = /\b(?:https?:\/\/|www\.)[^\s<>"']{1,2000}/gi
const badLink: ReadonlyArray<readonly [RegExp, string]> = [
  [/^https?:\/\/\d{1,3}(?:\.\d{1,3}){3}(?=[/:?]|$)/i, 'a link to a bare address'],
  [/^https?:\/\/[^/?#]{0,200}@/i, 'a link that hides where it leads'],
  [/^https?:\/\/(?:[^/?#]{0,200}\.)?xn--/i, 'a link that hides where it leads'],
  [/\.(?:exe|scr|apk|msi|bat|cmd|jar|vbs|ps1)(?:[?#]|$)/i, 'a link to a program'],
]
const bait =
  /\b(?:free (?:nitro|robux|v-?bucks|gift ?cards?|iphone|crypto|bitcoin|followers)|airdrop|claim your (?:prize|reward|gift|bonus)|you(?:'ve| have) won|double your (?:money|bitcoin|crypto)|seed phrase|verify your wallet)\b/i
const offer =
  /\b(?:buy (?:cheap )?(?:followers|likes|views|viagra|cialis)|(?:earn|make) (?:up to )?\$ ?\d[\d,.]* ?k? ?(?:a|per|every|\/) ?(?:day|week|hour|month)|work from home and (?:earn|make)|guaranteed (?:profit|returns|income)|click (?:here|this link) to (?:win|claim|earn)|whats ?app me (?:at|on) \+?\d)\b/i

/** Spam and links of one chat message. What takes several messages is the flood window's. */
export function findSpam(text: string): Hit[] {
  const hits: Hit[] = []
  const links = text.match(link) ?? []
  for (const found of links.slice(0, 50)) {
    const bad = badLink.find(([pattern]) => pattern.test(found))
    if (bad) hits.push({ category: 'link', score: 0.7, reason: bad[1] })
  }
  if (/\b(?:javascript|vbscript):\s{0,3}\w|\bdata:text\/html/i.test(text)) {
    hits.push({ category: 'link', score: 0.7, reason: 'a link that runs code' })
  }
  if (links.length > maxLinks) {
    hits.push({
      category: 'link',
      score: 0.6,
      reason: `more than ${maxLinks} links in one message`,
    })
  }
  if (links.length > 0 && bait.test(text)) {
    hits.push({ category: 'link', score: 0.8, reason: 'a link with the wording of a known fraud' })
  }
  if (offer.test(text)) {
    hits.push({ category: 'spam', score: 0.65, reason: 'the wording of an unwanted offer' })
  }
  if (/([^\s\d.=_*#~-])\1{29}/u.test(text)) {
    hits.push({ category: 'spam', score: 0.6, reason: 'one character over and over' })
  }
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0
  if (letters >= 150 && capitals > 0.8 * letters) {
    hits.push({ category: 'spam', score: 0.5, reason: 'a long text in capitals' })
  }
  return hits
}

/** A text that says one thing over and over. */
export function findRepetition(words: readonly string[]): Hit[] {
  if (words.length < 20) return []
  const distinct = new Set(words).size
  if (distinct > words.length / 8) return []
  return [{ category: 'spam', score: 0.6, reason: 'the same words over and over' }]
}
