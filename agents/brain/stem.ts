/*
 * Porter's stemmer (M. F. Porter, "An algorithm for suffix stripping", 1980), the steps as published, so that
 * ROUGE figures with stemming compare to those of others.
 */

const CONSONANT = '[^aeiou]'
const VOWEL = '[aeiouy]'
const C = `${CONSONANT}[^aeiouy]*`
const V = `${VOWEL}[aeiou]*`
const MEASURE_ABOVE_0 = new RegExp(`^(?:${C})?${V}${C}`)
const MEASURE_1 = new RegExp(`^(?:${C})?${V}${C}(?:${V})?$`)
const MEASURE_ABOVE_1 = new RegExp(`^(?:${C})?${V}${C}${V}${C}`)
const HAS_VOWEL = new RegExp(`^(?:${C})?${VOWEL}`)
const SHORT_END = new RegExp(`^${C}${VOWEL}[^aeiouwxy]$`)

const STEP_2: Record<string, string> = {
  ational: 'ate',
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  izer: 'ize',
  bli: 'ble',
  alli: 'al',
  entli: 'ent',
  eli: 'e',
  ousli: 'ous',
  ization: 'ize',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  aliti: 'al',
  iviti: 'ive',
  biliti: 'ble',
  logi: 'log',
}
const STEP_3: Record<string, string> = {
  icate: 'ic',
  ative: '',
  alize: 'al',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
}
const ENDS_2 = new RegExp(`^(.+?)(${Object.keys(STEP_2).join('|')})$`)
const ENDS_3 = new RegExp(`^(.+?)(${Object.keys(STEP_3).join('|')})$`)
const ENDS_4 = /^(.+?)(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$/

/** The stem of a lower-case word. Words with other than the letters a-z come back as they are. */
export function stem(word: string): string {
  if (word.length < 3 || word.length > 40 || !/^[a-z]+$/.test(word)) return word
  // A y that starts the word counts as a consonant.
  const initialY = word.startsWith('y')
  let w = initialY ? `Y${word.slice(1)}` : word
  w = plurals(w)
  w = pastAndGerund(w)
  const y = /^(.*)y$/.exec(w)
  if (y?.[1] && HAS_VOWEL.test(y[1])) w = `${y[1]}i`
  w = replaceEnding(w, ENDS_2, STEP_2)
  w = replaceEnding(w, ENDS_3, STEP_3)
  w = dropSuffix(w)
  const e = /^(.*)e$/.exec(w)
  if (e?.[1] && (MEASURE_ABOVE_1.test(e[1]) || (MEASURE_1.test(e[1]) && !SHORT_END.test(e[1]))))
    w = e[1]
  if (w.endsWith('ll') && MEASURE_ABOVE_1.test(w)) w = w.slice(0, -1)
  return initialY ? `y${w.slice(1)}` : w
}

function plurals(w: string): string {
  if (w.endsWith('sses') || w.endsWith('ies')) return w.slice(0, -2)
  return w.endsWith('s') && !w.endsWith('ss') ? w.slice(0, -1) : w
}

function pastAndGerund(w: string): string {
  if (w.endsWith('eed')) return MEASURE_ABOVE_0.test(w.slice(0, -3)) ? w.slice(0, -1) : w
  const cut = /^(.*)(?:ed|ing)$/.exec(w)?.[1]
  if (cut === undefined || !HAS_VOWEL.test(cut)) return w
  if (/(?:at|bl|iz)$/.test(cut)) return `${cut}e`
  if (/([^aeiouylsz])\1$/.test(cut)) return cut.slice(0, -1)
  return SHORT_END.test(cut) ? `${cut}e` : cut
}

function replaceEnding(w: string, ends: RegExp, by: Record<string, string>): string {
  const [, base, ending] = ends.exec(w) ?? []
  return base && ending && MEASURE_ABOVE_0.test(base) ? base + (by[ending] ?? '') : w
}

function dropSuffix(w: string): string {
  const base = ENDS_4.exec(w)?.[1]
  if (base) return MEASURE_ABOVE_1.test(base) ? base : w
  const ion = /^(.+?[st])ion$/.exec(w)?.[1]
  return ion && MEASURE_ABOVE_1.test(ion) ? ion : w
}
