import { isQuestion, isWork, withoutLead } from './acts.ts'
import { findDue } from './due.ts'
import { findPerson } from './names.ts'
import { topicTerms } from './salience.ts'

/** A promise, an assignment or a request, found in one sentence. */
export interface Claim {
  kind: 'promise' | 'assigned' | 'request' | 'need' | 'offer'
  who?: string
  /** What is to be done, from its verb on. */
  clause: string
  due?: string
}

const NAME = "(\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}[\\p{L}'’-]*)?)"
const SELF = /\b(?:I'll|I will|I shall|I'm going to|I am going to|I'm gonna)\s+(?<clause>.+)/i
const SELF_WEAK =
  /\b(?:I can|I could|I'd|let me|I need to|I have to|I should|I must|I want to)\s+(?<clause>.+)/i
const ASK = new RegExp(
  `^(?:${NAME}[,:]? )?(?:can|could|would|will|do you think) you (?:could |can |please |maybe |perhaps |also |mind )*(.+?)(?:, ${NAME})?(?:,? please)?\\?$`,
  'iu',
)
const TELL = new RegExp(
  `^${NAME}, (?:please |you(?:'ll| will| can| should| need to| have to)? |can you |could you )(.+)`,
  'u',
)
const TELL_LAST = new RegExp(
  `^(?:please|you(?:'ll| will| should| need to)) (.+), ${NAME}[.!]?$`,
  'u',
)
const THIRD = new RegExp(
  `(?:^|[,;:] |\\b(?:so|and|then|that|but|okay|ok|think|say) )${NAME}(?:'ll| will| is going to| is gonna| to| should| needs to| has to| can| must) (?:also |then |please )*(.+)`,
  'u',
)
const LABEL = new RegExp(
  `^(?:action(?: item| point)?|to-?do|next step)s?(?: (?:for|on) ${NAME})?\\s*[:,–-]\\s*(.+)`,
  'iu',
)
const NEED =
  /\b(?:we|someone|somebody)(?:'ve)? (?:need to|needs to|have to|has to|should|must|got to|will)\s+(?<clause>.+)/i

/** Every sentence holds one claim at most; the surest form wins. */
export function findClaim(
  sentence: string,
  speaker: string,
  people: readonly string[],
): Claim | undefined {
  const text = withoutLead(sentence)
  const due = findDue(text)?.when
  const made = (
    kind: Claim['kind'],
    clause: string | undefined,
    who?: string,
  ): Claim | undefined => {
    if (clause === undefined) return undefined
    const tidy = tidyClause(clause)
    const strong = kind === 'promise' || kind === 'assigned' || kind === 'request'
    const sure = strong && (due !== undefined || (kind === 'request' && who !== undefined))
    // "Find it", "do that": without a word of its own it is no item that one could read later.
    const own = topicTerms(due === undefined ? tidy : tidy.replace(due, ''))
    if (!isWork(tidy, sure) || (own.length < (sure ? 1 : 2) && !hasObject(tidy, own)))
      return undefined
    return { kind, clause: tidy, ...(who ? { who } : {}), ...(due ? { due } : {}) }
  }
  const label = LABEL.exec(text)
  if (label?.[2]) {
    const inner = findClaim(label[2], speaker, people)
    if (inner) return { ...inner, kind: 'assigned' }
    const who = label[1] ? findPerson(label[1], people) : undefined
    return {
      kind: 'assigned',
      clause: tidyClause(label[2]),
      ...(who ? { who } : {}),
      ...(due ? { due } : {}),
    }
  }
  const ask = ASK.exec(text)
  if (ask) {
    const called = ask[1] ?? ask[3]
    const who = called ? findPerson(called, people) : undefined
    return made('request', ask[2], who)
  }
  const tell = TELL.exec(text) ?? undefined
  if (tell?.[1] && !/\?$/.test(text)) {
    const who = findPerson(tell[1], people)
    if (who) return made('assigned', tell[2], who)
  }
  const tellLast = TELL_LAST.exec(text)
  if (tellLast?.[2]) {
    const who = findPerson(tellLast[2], people)
    if (who) return made('assigned', tellLast[1], who)
  }
  if (isQuestion(text) || /\bif\b[^,]*,? I'll\b/i.test(text)) return undefined
  const self = SELF.exec(text)?.groups?.clause
  const promise = made('promise', self, speaker)
  if (promise) return promise
  const third = THIRD.exec(text)
  if (third?.[1]) {
    const who = findPerson(third[1], people)
    if (who) return made('assigned', third[2], who)
  }
  const weak = SELF_WEAK.exec(text)?.groups?.clause
  if (due === undefined) return made('offer', weak, speaker)
  const late = made('promise', weak, speaker)
  if (late || /\b(?:don't|do not) think\b/i.test(text)) return late
  return made('need', NEED.exec(text)?.groups?.clause)
}

/** "Tell the growers": one word of content will do where something is named. */
function hasObject(clause: string, own: readonly string[]): boolean {
  return (
    own.length > 0 &&
    /\b(?:the|a|an|our|my|your|their|his|her|ten|two|three|four)\s+\p{L}/u.test(clause)
  )
}

function tidyClause(clause: string): string {
  return clause
    .replace(
      /^(?:also|then|just|definitely|probably|please|go ahead and|try and|take that:)\s+/i,
      '',
    )
    .replace(
      /[,;]? (?:okay|ok|right|alright|yeah|please|you know|I think|I guess|if that's okay)\W*$/i,
      '',
    )
    .replace(/[\s.!?,;:]+$/, '')
}

/** "send you my notes" said by Alice: "Alice will send you their notes". */
export function actionText(claim: Pick<Claim, 'who' | 'clause' | 'kind'>): string {
  const clause =
    claim.kind === 'promise'
      ? claim.clause
          .replace(/\bmy\b/gi, 'their')
          .replace(/\bme\b/gi, 'them')
          .replace(/\bI'm\b/g, "they're")
          .replace(/\bI\b/g, 'they')
      : claim.clause.replace(/\byour\b/gi, 'their')
  return claim.who
    ? `${claim.who} will ${clause}`
    : clause.charAt(0).toUpperCase() + clause.slice(1)
}
