import { isQuestion, withoutLead } from './acts.ts'
import { findDue } from './due.ts'
import { type Form, formsOf } from './forms.ts'
import { EVERYONE, NAME, whoIs } from './names.ts'
import { topicTerms } from './salience.ts'
import { isWork } from './work.ts'

/** A promise, an assignment or a request, found in one clause. */
export interface Claim {
  kind: 'promise' | 'assigned' | 'request' | 'need' | 'offer' | 'wanted'
  who?: string
  /** What is to be done, from its verb on; with `whole`, the statement as it stands. */
  clause: string
  due?: string
  whole?: true
  /** Offered by a question: "Shall I order it?" */
  asked?: true
}

/** "If I had a company, I'm going to buy it", "I could do it if I had time": no work. */
const HYPOTHETICAL =
  /\bif\b.{0,80}?,? I(?:'ll| will|'d| would|'m g| am g)|\bI(?:'d| would| could)\b.{0,120}\bif (?!(?:you(?:'d)?|we|they) (?:like|want|need|prefer|wish|don't mind)\b)(?:I|we|you|they|it|there)\b/i

/** Whom one speaks through, not to: "Mr. Chair, beef producers have seen prices drop". */
const ADDRESSED = /\b(?:chair(?:man|woman|person)?|speaker|president|minister|members?)$/i

/** Where one sentence says what two people do: "I'll draft it, and Kofi will print it". */
const JOINT = new RegExp(
  `(?:;|,? (?:and|but|while|so|then)|,) (?=(?:then )?(?:I'll|I will|I'm going to|(?:${NAME})(?:'ll| will| is going to| needs to| has to|, (?:please|can you|could you|would you|will you))) )`,
  'u',
)
const CONDITION = /^(?:if|unless|when|once|in case|provided|assuming)\b/i

/** What a sentence promises, assigns or asks for: one claim of each of its parts at most. */
export function findClaims(sentence: string, speaker: string, people: readonly string[]): Claim[] {
  const text = withoutLead(sentence)
  const split = CONDITION.test(text) || HYPOTHETICAL.test(text) ? [text] : text.split(JOINT)
  // "Marta and Igor will": two people are no two parts.
  const parts = split.some((part) => part.split(' ').length < 3) ? [text] : split
  return parts.flatMap((part) => {
    for (const form of formsOf(withoutLead(part))) {
      const claim = claimOf(form, part, speaker, people)
      if (claim) return [claim]
    }
    return []
  })
}

function claimOf(
  form: Form,
  part: string,
  speaker: string,
  people: readonly string[],
): Claim | undefined {
  const asks = /\?\W*$/.test(part) || form.kind === 'request'
  if (form.kind !== 'assigned' || !form.marked)
    if (!asks && (isQuestion(part) || HYPOTHETICAL.test(part))) return undefined
  if (form.bare && ADDRESSED.test(form.called ?? '')) return undefined
  const called = form.called === undefined ? undefined : whoIs(form.called, speaker, people)
  // Somebody is named, and that is no name: then the sentence says something else.
  if (form.called !== undefined && !called && !form.marked) return undefined
  const due = findDue(form.whole ? part : form.clause)?.when ?? findDue(part)?.when
  if (form.weak && EVERYONE.test(form.called ?? '')) return undefined
  const tidy = form.whole
    ? tidyClause(form.clause)
    : withoutTail(tidyClause(asVerb(form.clause)), due)
  if (form.marked && topicTerms(tidy).length === 0) return undefined
  if (form.marked && form.weak && !(called && isWork(tidy, PLAINLY))) return undefined
  const who = form.kind === 'promise' || form.kind === 'offer' ? speaker : called?.name
  if (!form.marked) {
    const later = due !== undefined && !/^(?:later )?today$/i.test(due)
    const open = form.kind === 'offer' || form.kind === 'need' || form.kind === 'wanted'
    const sure = due !== undefined || (form.kind === 'request' && called !== undefined)
    const strong = !open
    if (open && /^thank\b/i.test(tidy)) return undefined
    const stranger = form.called !== undefined && !called?.known
    if (stranger && form.weak && due === undefined) return undefined
    const how = {
      due: later && form.kind !== 'need' && !form.act,
      named: form.kind === 'request' && called !== undefined,
      plain: strong && !stranger && !form.act,
      bare: form.bare === true,
    }
    if ((!form.whole || form.act) && !isWork(form.act ?? tidy, how)) return undefined
    // "Find it", "do that": without a word of its own it is no item that one could read later.
    const own = topicTerms(due === undefined ? tidy : tidy.replace(due, ''))
    const enough = MINUTES.test(tidy) || (due !== undefined && strong && BACK.test(tidy))
    if (!enough && own.length < (strong && sure ? 1 : 2) && !hasObject(tidy, own)) {
      const pronoun = strong && due !== undefined && /\b(?:it|that|this|them)\b/i.test(tidy)
      if (!pronoun) return undefined
    }
  }
  if (form.kind === 'need' && due === undefined)
    return form.whole ? undefined : { kind: 'wanted', clause: tidy }
  if (form.kind === 'offer' && due !== undefined)
    return { kind: 'promise', clause: tidy, due, ...(who ? { who } : {}) }
  return {
    kind: form.kind,
    clause: tidy,
    ...(who ? { who } : {}),
    ...(due ? { due } : {}),
    ...(form.whole ? { whole: true } : {}),
    ...(form.kind === 'offer' && asks ? { asked: true } : {}),
  }
}

/** What is said about the work after it ("..., because they can't") is no part of it, unless it says by when. */
function withoutTail(clause: string, due: string | undefined): string {
  const head = clause
    .split(
      /, (?=(?:because|since|but|so|as|I|we|they|it|he|she|you|that's|there|if|otherwise)\b)/,
    )[0]
    ?.trim()
  if (!head || head.split(' ').length < 3) return clause
  return due === undefined || head.includes(due) ? head : clause
}

/** Only what its verb says is work. */
const PLAINLY = { due: false, named: false, plain: false, bare: false }

/** "Mind sending the slides": "send the slides". */
function asVerb(clause: string): string {
  const found = /^mind (\p{L}+)ing (.+)$/u.exec(clause)
  const [, base = '', rest = ''] = found ?? []
  if (!found) return clause
  const once = base.replace(/([b-df-hj-np-rtv-z])\1$/, '$1')
  const verb = [base, `${base}e`, once].find((one) => isWork(`${one} ${rest}`, PLAINLY)) ?? base
  return `${verb} ${rest}`
}

/** Work of which every word is one that people also say without meaning any. */
const MINUTES = /^take (?:the |down )?(?:minutes|notes)\b/i
const BACK =
  /^(?:find out|get back to|check|report back|follow up|let \S+ know|ask around|look into)\b/i

/** "Tell the growers": one word of content will do where something is named. */
function hasObject(clause: string, own: readonly string[]): boolean {
  return (
    own.length > 0 &&
    /\b(?:the|a|an|our|my|your|their|his|her|ten|two|three|four)\s+\p{L}|\s\p{Lu}/u.test(clause)
  )
}

/** A sentence that was given up for another one: "devise That's our concept". */
const RESTART =
  /(?<=\p{Ll}) (?:That|It|We|This|These|So|And|But|You|They|There|What)(?:['’]\p{Ll}+)? .*$/u

function tidyClause(clause: string): string {
  return clause
    .replace(RESTART, '')
    .replace(
      /^(?:also|then|just|definitely|probably|please|go ahead and|try and|take that:|be sure to|not forget to|remember to)\s+/i,
      '',
    )
    .replace(
      /[,;]? (?:okay|ok|right|alright|yeah|please|you know|I think|I guess|if that's okay|if you like|thanks|thank you)\W*$/i,
      '',
    )
    .replace(/[\s.!?,;:]+$/, '')
}

/** "send you my notes" said by Alice: "Alice will send you their notes". */
export function actionText(
  claim: Pick<Claim, 'who' | 'clause' | 'kind' | 'whole'>,
  speaker = '',
): string {
  if (claim.whole) return capital(claim.clause.replace(/^I\b/, speaker || 'I'))
  const clause =
    claim.kind === 'promise'
      ? claim.clause
          .replace(/\bmy\b/gi, 'their')
          .replace(/\bme\b/gi, 'them')
          .replace(/\bI'm\b/g, "they're")
          .replace(/\bI\b/g, 'they')
      : claim.clause.replace(/\byour\b/gi, 'their')
  return capital(claim.who ? `${claim.who} will ${clause}` : clause)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
