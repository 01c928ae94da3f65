import { NAME } from './names.ts'

/** How a clause gives work to somebody, before it is known whether that is a person and that work. */
export interface Form {
  kind: 'promise' | 'assigned' | 'request' | 'need' | 'offer' | 'wanted'
  /** As the person was called. */
  called?: string
  clause: string
  /** Said in so many words to be an action item: whatever it is, it is one. */
  marked?: true
  /** The clause is the statement as it stands ("the posters are on Ida"). */
  whole?: true
  /** What must be work for the statement to be an item, its verb first. */
  act?: string
  /** Not enough for somebody whom nobody here knows, without a date. */
  weak?: true
  /** An imperative without "please" or "you": only its verb tells it from "Ben, great work". */
  bare?: true
}

const N = `(?<called>${NAME})`
const re = (source: string) => new RegExp(source, 'u')

/* Names need their capitals, so these patterns spell out the case of what may begin a sentence. */
const LABEL =
  /^(?:action(?: item| point)?|ai|to-?do|to do|next step|task|follow-?up)s?(?: \d+)?(?: (?:(?:for|on) )?(?<whom>[^:–—-]{2,40}?))?\s*(?::|[–—-]\s)\s*(?<rest>.+)/i
const INSIDE = [
  re(`^${N}\\s*(?::|,|[–—-]|→|=>)\\s*(?:to |please )?(?<clause>.{4,})$`),
  re(`^${N} (?:will|to|should|must|shall|needs to|has to|is to) (?<clause>.+)$`),
  re(`^(?<clause>.+?)\\s*[([]\\s*(?:owner:? )?${N}(?:[,;:]? [^)\\]]*)?[)\\]]`),
  re(
    `^(?<clause>.+?)\\s*(?:[–—-]|,? (?:owner|assigned to|assignee)[:]?|→|=>)\\s+@?${N}(?:,? (?:by|before|due|until|on)\\b.*)?[.!]?$`,
  ),
]

const YOU = '(?:could |can |please |maybe |perhaps |also |kindly |quickly )*'
const ASK = [
  re(`^I(?:'d like| would like| need| want) you to (?<clause>.+), ${N}[.!]?$`),
  re(`^I(?:'d like| would like| need| want) you to (?<clause>.+?)[.!]?$`),
  re(
    `^(?:${N}[,:;]? )?(?:[Ss]o |[Aa]nd )?(?:[Cc]an|[Cc]ould|[Ww]ould|[Ww]ill|[Dd]o you think) you ${YOU}(?<clause>.+?)(?:,? please)?\\?$`,
  ),
  re(
    `^(?:[Cc]an|[Cc]ould|[Ww]ould|[Ww]ill|[Mm]ight) ${N} (?:please |also |maybe )*(?<clause>.+?)\\?$`,
  ),
  re(`^(?:[Cc]an|[Cc]ould) (?:we|I) (?:get|have|ask) ${N} to (?<clause>.+?)\\?$`),
]
const ASK_LAST = re(
  `^(?:[Cc]an|[Cc]ould|[Ww]ould|[Ww]ill) you ${YOU}(?<clause>.+), ${N}(?:,? please)?\\?$`,
)
const MUST =
  "(?:please |you(?:'ll| will| can| should| need to| have to| must)? |can you |could you |don't forget to |do not forget to |remember to |be sure to |I need you to |I want you to |I'd like you to |would you )"
const TELL = [
  re(`^${N}[,:] (?<imperative>(?:${MUST})*)(?<clause>\\p{Ll}.+)`),
  re(
    `^(?:[Pp]lease|[Yy]ou(?:'ll| will| should| need to)|[Dd]on't forget to|[Rr]emember to) (?<clause>.+), ${N}[.!]?$`,
  ),
  re(`^(?<bare>)(?<clause>\\p{Lu}\\p{Ll}+ .+), ${N}(?:,? please)?[.!]$`),
  re(
    `^(?:[Ll]et's|[Ll]et us|[Ww]e'll|[Ww]e will|[Ww]e should|I will|I'll) (?:have|get|ask) ${N} (?:to )?(?<clause>.+)`,
  ),
  re(`^(?:I want|I need|I'd like|I asked|I've asked|I told) ${N} to (?<clause>.+)`),
  re(`^${N},? please (?<clause>\\p{Ll}.+)`),
]
const GROUP = '(?:The|Our|My) (?:[\\p{L}&-]+ ){0,2}(?:team|department|committee|crew|office)'
const WILL =
  "(?:'ll| will| is going to| are going to| is gonna| are gonna| shall| must| needs to| need to| has to| have to| agreed to| promised to| has agreed to| volunteered to| has volunteered to| offered to| will be able to| is supposed to| are supposed to| was asked to| is to| are to)"
const START =
  '(?:^|[,;:] |\\b(?:so|and|then|that|but|okay|ok|think|say|said|suggest|because|since) )'
const THIRD = re(
  `${START}(?<called>${NAME}|${GROUP})${WILL} (?:also |then |please |probably |just )*(?<clause>.+)`,
)
const THIRD_WEAK = re(
  `${START}(?<called>${NAME}|${GROUP})(?: to| should| can| could) (?:also |then |please )*(?<clause>.+)`,
)
const SELF =
  /\b(?:I'll|I will|I shall|I'm going to|I am going to|I'm gonna|I promise to|I plan to|I volunteer to|I'm happy to|I'd be happy to)\s+(?<clause>.+)/i
const SELF_WEAK =
  /(?<!\bso (?:that )?)\b(?:I can|I could|I'd|let me|I need to|I have to|I should|I must|I want to)\s+(?<clause>.+)/i

const BE = "(?: is|'s| are)"
const STATED = [
  re(
    `^(?!(?:[Tt]he )?(?:focus|emphasis|blame|attack|lead|meeting|call|deadline|office|page|work|book|report on)\\b)(?:The|Our|This|That|[\\p{L}]+ing|And the|The \\p{L}+) ?[^,;?]{0,80}?${BE} (?:on|up to|with|for|assigned to|owned by|handled by) (?<called>me|${NAME})(?=[.!,;]|$| (?:by|until|due|before)\\b)`,
  ),
  re(
    `^(?:[^,;?]{2,80}?)(?: is|'s| are) (?<called>${NAME})['’]s (?:job|task|responsibility|baby|turn)\\b`,
  ),
  re(
    `^${N} (?:is|are|will be) (?:responsible for|in charge of|the owner of|on the hook for|taking care of|handling|taking on|looking after) .+`,
  ),
  re(`^${N} (?:owns|handles|takes care of|takes on|takes over|takes the|is doing the|does the) .+`),
  re(
    `^(?:(?:I|I've|[Ww]e|[Ww]e've|[Ll]et's|Please) (?:have )?)?(?:[Aa]ssign(?:ed)?|g[ai]ven?|hand(?:ed)?|delegated?) [^,;?]{3,80}? to ${N}\\b`,
  ),
  re(
    `^(?!The next )(?:[^,;?]{3,80}?) (?:will be|is going to be|are going to be|gets|should be|must be|is to be) \\p{L}+(?:ed|en|wn|ne|ght|ld|nt|de|ut|et) by ${N}(?=[.!,;]|$| \\p{Ll})`,
  ),
]
/** The present for the near future: "José orders the labels by Friday". */
const PRESENT = re(
  `^${N} (?:(?<verb>\\p{Ll}+?)(?:es|s)|(?:is|are) (?<doing>\\p{Ll}+)ing) (?<rest>.*\\b(?:by|before|until) .+)`,
)

const NEED =
  /\b(?:we|someone|somebody)(?:'ve)? (?:need to|needs to|have to|has to|should|must|got to|will)\s+(?<clause>.+)/i
/** "Shall I order the wine?" */
const SHALL_I =
  /^(?:do you want me to|should i|shall i|would you like me to|can i|could i|may i) (?<clause>.+?)\?$/i
/** Asked of all: who says "me" has it. */
const WANTED =
  /^(?:somebody|someone|one of (?:us|you)|we)(?:'ve)? (?:needs? to|ha(?:s|ve) to|should|must|got to)\s+(?<clause>.+)|^(?:who (?:can|will|could|wants to|would like to|is going to|has time to)|can (?:someone|somebody|anyone|anybody)|could (?:someone|somebody|anyone|anybody)|any volunteers to) (?:please )?(?<open>.+?)\?$|^who (?<takes>(?:take|write|bring|do|make|send|book|host|order|call|organi[sz]e|handle)s (?:the|our|a) .+?)\?$/i
/** "The form has to be signed by Monday": by whom is still open. */
const PASSIVE =
  /^(?<clause>(?:the|our|this|that|all|these|those) [^,;?]{2,60}? (?:must|should|needs? to|ha(?:s|ve) to) be \p{L}+(?:ed|en|wn|ne|ght|ld|nt|de|ut|et)\b.*)/iu

function first(
  list: readonly RegExp[],
  text: string,
): Record<string, string | undefined> | undefined {
  for (const pattern of list) {
    const found = pattern.exec(text)?.groups
    if (found) return found
  }
  return undefined
}

const VERB_FIRST = /^(?:\p{Ll}+|set up|pick up)\b/u

/** The forms that a clause beginning with a capital may have, the surest first. */
export function formsOf(text: string): Form[] {
  const label = LABEL.exec(text)?.groups
  if (label?.rest) {
    const form = labelled(label.rest, label.whom)
    const does = form.called === undefined ? DOES.exec(label.rest)?.groups : undefined
    // "Ben sends the contract" gives it to Ben if there is one, and "milk needs a fridge" to nobody.
    return does?.verb && does.rest
      ? [
          {
            ...given(does.called, `${infinitive(does.verb)} ${does.rest}`),
            marked: true,
            weak: true,
          },
          form,
        ]
      : [form]
  }
  const forms: Form[] = []
  const put = (form: Form | undefined) => form && forms.push(form)
  const ask = first([ASK_LAST, ...ASK], text)
  if (ask?.clause)
    put({ kind: 'request', clause: ask.clause, ...(ask.called ? { called: ask.called } : {}) })
  if (/\?["')\]]*$/.test(text)) {
    const shall = SHALL_I.exec(text)?.groups?.clause
    put(shall === undefined ? wanted(text) : { kind: 'offer', clause: shall })
    return forms
  }
  const tell = first(TELL, text)
  if (tell?.clause && VERB_FIRST.test(lower(tell.clause)))
    put({
      ...given(tell.called, lower(tell.clause)),
      ...(/^(?:you )?$/.test(tell.imperative ?? '-') || tell.bare === '' ? { bare: true } : {}),
    })
  const third = THIRD.exec(text)?.groups
  if (third?.called !== 'I') put(third && given(third.called, third.clause))
  const self = SELF.exec(text)?.groups?.clause
  if (self) put({ kind: 'promise', clause: self })
  const stated = first(STATED, text)
  if (stated) put({ ...given(stated.called, text), whole: true })
  const weak = THIRD_WEAK.exec(text)?.groups
  if (weak && weak.called !== 'I') put({ ...given(weak.called, weak.clause), weak: true })
  const present = PRESENT.exec(text)?.groups
  const verb = present?.verb ?? present?.doing
  if (present && verb)
    for (const base of [verb, `${verb}e`])
      put({
        ...given(present.called, text),
        whole: true,
        weak: true,
        act: `${base} ${present.rest}`,
      })
  const offer = SELF_WEAK.exec(text)?.groups?.clause
  if (offer && !/\b(?:don't|do not) think\b/i.test(text)) put({ kind: 'offer', clause: offer })
  const passive = PASSIVE.exec(text)?.groups?.clause
  if (passive) put({ kind: 'need', clause: passive, whole: true })
  const need = NEED.exec(text)?.groups?.clause
  if (need) put({ kind: 'need', clause: need })
  return forms
}

const DOES = re(`^${N} (?<verb>\\p{Ll}{2,}s) (?<rest>.+)$`)

/** "Fixes": "fix"; "carries": "carry". */
function infinitive(verb: string): string {
  if (/ies$/.test(verb)) return verb.replace(/ies$/, 'y')
  return verb.replace(/(?<=s|x|z|ch|sh|o)es$|s$/, '')
}

function given(called = '', clause = ''): Form {
  return { kind: 'assigned', called, clause }
}

/** What nobody in particular was asked for. */
function wanted(text: string): Form | undefined {
  const found = WANTED.exec(text)?.groups
  const clause = found?.open ?? found?.takes?.replace(/^(\S+?)s\b/, '$1') ?? found?.clause
  return clause ? { kind: 'wanted', clause } : undefined
}

function labelled(rest: string, whom: string | undefined): Form {
  const inner = first(INSIDE, rest)
  const called = whom?.trim() ?? inner?.called
  const clause = whom ? rest.replace(/^to /, '') : (inner?.clause ?? rest)
  return {
    ...{ kind: 'assigned', clause: lower(clause), marked: true },
    ...(called ? { called } : {}),
  }
}

/** "Wash the bibs": a verb that only stands first has its small letter back. */
function lower(text: string): string {
  return /^\p{Lu}\p{Ll}+(?:\s|$)/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
