/**
 * A small notation for rules over encoded words, compiled to regular expressions whose repeats are all
 * bounded, so that matching is linear in the text.
 *
 * - `<IJ>` a word of class I or J
 * - `_2` up to two words of the same sentence, `~2` up to two that are insults, profanity, intensifiers,
 *   `^9` up to nine words, sentences or no
 * - `(?:a|b c)`, `(?:a)?`, `(?!a|b c)` groups of whole words
 * - everything else is a regular expression for one word
 */
export function pattern(notation: string): Pattern {
  const parts = split(notation, ' ')
  return {
    regexp: new RegExp(`(?<= )${sequence(notation)}`),
    classes: parts.flatMap((part) => /^<([A-Z]+)>$/.exec(part)?.[1] ?? []),
    words: parts.map(literals).filter((words) => words.length > 0),
  }
}

export interface Pattern {
  regexp: RegExp
  /** Of each of these, one letter must occur in the text for the pattern to match. */
  classes: string[]
  /** Of each of these, one word must occur. */
  words: string[][]
}

/** The words one of which a part must match; none where the part is no plain choice of words. */
function literals(part: string): string[] {
  const inner = /^\(\?:([a-z' |]+)\)$/.exec(part)?.[1] ?? part
  if (!/^[a-z' |]+$/.test(inner)) return []
  return inner.split('|').map((words) => words.split(' ')[0] ?? '')
}

const strong =
  '(?:[A-Z]*[JPFKSBID][A-Z]*[^ A-Z.]+|so|very|such|really|just|absolutely|complete|completely|total|totally|utter|utterly|little|big|fat|old|lazy|lying|all|most|pretty|worst|kind|of|bunch|nothing|but|a|an|the|no|better|than|like|some|these|is|are|one|being|basically|actually|literally|without|doubt|any|only|truly|seriously|in|head|even|more|worse|common|freaking|giant|huge)'

function sequence(notation: string): string {
  return split(notation, ' ').map(element).join('')
}

function element(part: string): string {
  const gap = /^([_~^])(\d)$/.exec(part)
  if (gap)
    return `(?:${gap[1] === '_' ? '[^ .]+' : gap[1] === '^' ? '[^ ]+' : strong} ){0,${gap[2]}}`
  const classes = /^<([A-Z]+)>(\??)$/.exec(part)
  if (classes) return `(?:[A-Z]*[${classes[1]}][A-Z]*[^ A-Z.]+ )${classes[2]}`
  const group = /^(\(\?[:!])(.*)\)(\??)$/s.exec(part)
  if (group && split(`${group[1]}${group[2]})`, ' ').length === 1) {
    return `${group[1]}${split(group[2] ?? '', '|')
      .map(sequence)
      .join('|')})${group[3]}`
  }
  return `[A-Z]*(?:${part}) `
}

/** Splits at a separator that stands in no brackets. */
function split(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]
    if (c === '(' || c === '[') depth += 1
    else if (c === ')' || c === ']') depth -= 1
    else if (c === separator && depth === 0) {
      parts.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, text.slice(from)].filter((part) => part !== '')
}
