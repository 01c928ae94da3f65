/* When something is due, as people say it. Patterns are matched without case. */

const DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day'
const SHORT_DAY = '(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)'
const MONTH =
  '(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\b\\.?)'
const PART = '(?: (?:morning|afternoon|evening|night|noon|lunchtime))?'
const NTH = '\\d{1,2}(?:st|nd|rd|th)'
const NTH_WORD =
  '(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|twentieth)'
const YEAR = '(?:,? 20\\d\\d)?'
const QUARTER = 'q[1-4]\\b'
const PERIOD = '(?:week|weekend|month|quarter|year|term|semester|season|sprint|iteration)'
const CLOCK =
  "\\d{1,2}(?:[:.]\\d{2})? ?(?:am\\b|pm\\b|a\\.m\\.|p\\.m\\.|o['’]clock)|\\d{1,2}:\\d{2}"
const HOUR = '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)'
const SEASON =
  '(?:spring|summer|autumn|fall|winter|christmas|easter|new year|thanksgiving|ramadan|diwali)'
const MEAL = '(?:lunch(?:time)?|dinner|breakfast|noon|midnight|the break|(?:the )?holidays)'
const EVENT =
  '(?:the|our) (?:[\\p{L}-]+ )?(?:meeting|call|launch|release|demo|deadline|trip|review|event|show|presentation|interview|visit|retro|workshop|conference|exam|audit)'
const FEW =
  '(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|\\d+|the next|a few|a couple of|the next (?:few|two|three|\\d+))'
const after = (lead: string, what: string) => `(?<=\\b(?:${lead}) )(?:${what})`

const MOMENT = [
  `(?:first thing )?(?:(?:this|next|coming|on) )?(?:${DAY})(?:,? (?:the )?(?:${NTH}|${MONTH} (?:the )?\\d{1,2}(?:st|nd|rd|th)?))${YEAR}`,
  `(?:first thing )?(?:(?:this|next|coming) )?${DAY}(?: next week| week)?${PART}`,
  after('by|before|until|till|next|this', `${SHORT_DAY}\\b`),
  'the day after tomorrow',
  `(?:first thing )?tomorrow${PART}`,
  '(?:later |first thing )?today|tonight',
  `(?:the )?(?:end|start|beginning|middle) of (?:(?:the|this|next|our) )?(?:day|business|${PERIOD}|${DAY}|${MONTH}|${QUARTER})`,
  'eod|eow|eom|cob|close of business|asap|as soon as possible|right away',
  `(?:early |late(?:r)? )?(?:next meeting|(?:this|next) (?:${PERIOD}|morning|afternoon|evening|${MONTH}|${SEASON}))`,
  '(?:over )?(?:the|our) (?:weekend|next meeting|next call)',
  `(?:the )?(?:first|second|third|last) week (?:of|in) (?:${MONTH}|the month)`,
  `(?:early|mid|late)[ -](?:${MONTH}|${QUARTER})`,
  `${MONTH} (?:the )?\\d{1,2}(?:st|nd|rd|th)?\\b${YEAR}`,
  `(?:the )?(?:${NTH}|\\d{1,2}) (?:of )?${MONTH}${YEAR}`,
  `the (?:${NTH}|${NTH_WORD})(?: of ${MONTH}${YEAR}|(?=[.!?,)]|$))`,
  after('by|before|until|till|due|on', `the ${NTH}`),
  '\\d{4}-\\d{2}-\\d{2}',
  after(
    'by|before|until|till|due|on',
    '\\d{1,2}/\\d{1,2}(?:/\\d{2,4})?|\\d{1,2}\\.\\d{1,2}\\.(?:\\d{2,4})?',
  ),
  `(?:half past |quarter (?:past|to) )?(?:${CLOCK})`,
  `(?:half past |quarter (?:past|to) )?${HOUR} o['’]clock`,
  'noon|midnight',
  after('by|before|until|till', `(?:half past )?(?:${HOUR}|\\d{1,2})(?=[.!?,)]|$)`),
  after('by|before|until|till|in|for|this|next', `${MONTH}|${QUARTER}|(?:the )?${SEASON}`),
  after('by|before|until|till', MEAL),
  `(?:before|after|until) (?:${EVENT})`,
  `after (?:${MEAL}|${SEASON}|${DAY}|tomorrow)`,
  `every (?:day|morning|evening|night|week|month|${DAY})`,
].join('|')
const SPAN = `(?:in|within) (?:${FEW}) (?:minutes|hours?|days?|weeks?|months?|fortnight|working days|business days)|within the (?:hour|day|week|month)|in an? (?:week|month|hour|fortnight) or (?:so|two)`
const DUE = new RegExp(
  `(?<lead>(?:(?<![\\p{L}])(?:by|before|until|till|for|on|due(?: (?:on|by))?|no later than|at)\\s+)?)(?<![\\p{L}\\p{N}])(?<when>(?:${MOMENT})(?:,? (?:at )?(?:${CLOCK}|(?<=at )\\d{1,2}))?|${SPAN})(?![\\p{L}\\p{N}])`,
  'giu',
)

export interface Due {
  /** As it was said: "Friday", "the end of the month". */
  when: string
  /** With what leads in: "by Friday". */
  phrase: string
  /** Words of the sentence besides. */
  others: number
}

/** By when something is to be done, if the sentence says so; what stands after "by" wins. */
export function findDue(text: string): Due | undefined {
  let found: Due | undefined
  for (const match of text.matchAll(DUE)) {
    const when = match.groups?.when
    if (when === undefined) continue
    const strong = /^(?:by|before|until|till|due|no later)/i.test(match[0])
    if (!found || strong) {
      const phrase = match[0].trim()
      const others = text.replace(phrase, ' ').match(/[\p{L}\p{N}]+/gu)?.length ?? 0
      found = { when, phrase, others }
    }
    if (strong) break
  }
  return found
}
