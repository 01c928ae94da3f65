/**
 * A small notation for rules over encoded words, compiled to regular expressions whose repeats are all
 * bounded, so that matching is linear in the text.
 *
 * - `<IJ>` a word of class I or J
 * - `_2` up to two words of the same sentence, `~2` up to two that are insults, profanity, intensifiers
 * - `(?:a|b c)`, `(?:a)?`, `(?!a|b c)` groups of whole words
 * - everything else is a regular expression for one word
 */
export function pattern(notation: string): RegExp {
  return new RegExp(`(?<= )${sequence(notation)}`)
}

const strong =
  '(?:[A-Z]*[JPFKSBID][A-Z]*[^ A-Z.]+|so|very|such|really|just|absolutely|complete|completely|total|totally|utter|utterly|little|big|fat|old|lazy|lying|all|most|pretty|worst|kind|of|bunch|nothing|but|a|an|the|no|better|than|like|some|these|is|are|one|being|basically|actually|literally|without|doubt|any|only|truly|seriously|in|head|even|more|worse|common|freaking|giant|huge)'

function sequence(notation: string): string {
  return split(notation, ' ').map(element).join('')
}

function element(part: string): string {
  const gap = /^([_~])(\d)$/.exec(part)
  if (gap) return `(?:${gap[1] === '_' ? '[^ .]+' : strong} ){0,${gap[2]}}`
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
