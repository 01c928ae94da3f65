import { words } from '../text.ts'
import { STOP_WORDS, TALK_WORDS } from '../words.ts'

const TITLE = /^(?:mr|mrs|ms|dr|prof|professor|hon|sir|the|right)$/

/** Finds whom a sentence calls by name, among those who spoke in the room. */
export function findPerson(called: string, people: readonly string[]): string | undefined {
  const asked = words(called).filter((w) => !TITLE.test(w))
  if (asked.length === 0) return undefined
  const matches = people.filter((name) => {
    const parts = words(name)
    return asked.every((w) => parts.includes(w))
  })
  // A part that two people share names neither.
  return matches.length === 1
    ? matches[0]
    : matches.find((name) => words(name).join(' ') === asked.join(' '))
}

/** A word of a name: begins with a capital, or in a script that has none. A clitic ("Ben'll") is no part of it. */
const PART = "[\\p{Lu}\\p{Lo}](?:[\\p{L}\\p{M}\\p{N}_-]|['’](?!(?:ll|s|d|re|ve|m|t)(?![\\p{L}])))*"
const ONE = `@?(?:(?:Dr|Mr|Mrs|Ms|Prof|St)\\. )?${PART}(?: (?:(?:van|von|de|der|den|del|da|di|la|le|bin|al|el|ter) ){0,2}${PART}){0,2}`
/** What may be a person's name, or two. Case counts, so patterns with it are matched without the `i` flag. */
export const NAME = `${ONE}(?: (?:and|&) ${ONE})?`

export const EVERYONE = /^(?:everyone|everybody|all of you|team|folks|guys)$/i
const GROUP = /^(?:the|our|my) (?:[\p{L}&-]+ ){0,2}(?:team|department|committee|crew|office)$/iu

/** Capitalised at a sentence's start, or always, and yet nobody. */
const NOBODY = new Set(
  `monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
  october november december today tomorrow tonight yesterday christmas easter welcome according due compared thanks nobody
  none neither either everything anything something anyone someone somebody anybody what which who whoever whatever
  however therefore meanwhile otherwise instead besides finally next previously hopefully please hi hello dear
  action actions item items note notes todo decision agenda summary question answer task tasks system user assistant
  people others many most several few users customers clients students visitors guests members residents patients
  version data code server database api app website page site product project plan budget report meeting release launch
  price deadline office design money time team jira github gitlab slack confluence zoom youtube linux windows google
  english french german spanish chinese japanese russian happy glad ready afraid sorry great excellent wonderful lovely
  ok okay yes no deal agreed right exactly perfect true false noted understood got let lets once maybe perhaps
  step steps point points reminder remember first second third last`.split(/\s+/),
)

/** Who is meant, as the room shows them where they are in it, else as they were called. */
export interface Called {
  name: string
  /** Has spoken in the room. */
  known: boolean
}

export function whoIs(
  called: string,
  speaker: string,
  people: readonly string[],
): Called | undefined {
  if (/^(?:i|me|myself)$/i.test(called)) return { name: speaker, known: true }
  const person = findPerson(called, people)
  if (person) return { name: person, known: true }
  const both = called.split(/ (?:and|&) /)
  if (both.length === 2) {
    const found = both.map((one) => whoIs(one, speaker, people))
    const [a, b] = found
    return a && b ? { name: `${a.name} and ${b.name}`, known: a.known || b.known } : undefined
  }
  if (EVERYONE.test(called)) return { name: called, known: true }
  if (GROUP.test(called)) return { name: called, known: false }
  const parts = words(called)
  const some = parts.length > 0 && parts.every((w) => !isNobody(w))
  return some ? { name: called.replace(/^@/, ''), known: false } : undefined
}

function isNobody(word: string): boolean {
  return (
    STOP_WORDS.has(word) || TALK_WORDS.has(word) || NOBODY.has(word) || /^\w{3,}ly$|^\d/.test(word)
  )
}

/** Whether what `who` has to do is (also) for `name`. */
export function concerns(who: string | undefined, name: string): boolean {
  return (
    who === name || (who !== undefined && (who.split(' and ').includes(name) || EVERYONE.test(who)))
  )
}
