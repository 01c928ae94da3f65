const DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day'
const MONTH =
  '(?:january|february|march|april|may|june|july|august|september|october|november|december)'
const PART = '(?: (?:morning|afternoon|evening|night|noon))?'
const MOMENT = [
  `(?:(?:this|next|coming) )?${DAY}${PART}`,
  `tomorrow${PART}`,
  'today|tonight|noon|midnight',
  `(?:the )?end of (?:(?:the|this|next) )?(?:day|week|month|quarter|year|sprint|${DAY}|${MONTH})`,
  'eod|cob|close of business',
  '(?:early |late(?:r)? )?(?:this|next) (?:week|weekend|month|quarter|year|sprint|morning|afternoon|evening|meeting)',
  '(?:the|our) (?:weekend|next meeting|next call)',
  `(?:the )?(?:first|second|third|last) week (?:of|in) (?:${MONTH}|the month)`,
  `${MONTH} (?:the )?\\d{1,2}(?:st|nd|rd|th)?`,
  `the (?:\\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|twentieth)(?: of ${MONTH}|(?=[.!?,]|$))`,
  `\\d{1,2}(?:st|nd|rd|th)? (?:of )?${MONTH}`,
  '\\d{4}-\\d{2}-\\d{2}',
  "(?:half past )?\\d{1,2}(?::\\d{2})? ?(?:am|pm|o'clock)",
].join('|')
const SPAN =
  '(?:in|within) (?:a|an|the next|one|two|three|four|five|\\d+)(?: (?:few|couple of|\\d+))? (?:minutes?|hours?|days?|weeks?|months?)'
const DUE = new RegExp(
  `(?<lead>(?:\\b(?:by|before|until|till|for|on|due|no later than|at)\\s+)?)\\b(?<when>(?:${MOMENT})(?: at \\d{1,2}(?::\\d{2})? ?(?:am|pm)?)?|${SPAN})\\b`,
  'i',
)
const DUE_ALL = new RegExp(DUE.source, 'gi')

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
  for (const match of text.matchAll(DUE_ALL)) {
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
