/**
 * A text as a voice can say it: without citations, markup and pictures, with addresses and signs as words. Empty when
 * nothing of it can be said. Numbers, prices and times are left as they are: every synthesizer knows those.
 */
export function speakable(text: string): string {
  let said = text.normalize('NFC')
  for (const [sign, words] of SPOKEN)
    said = typeof words === 'string' ? said.replace(sign, words) : said.replace(sign, words)
  said = said.replace(/\s+/gu, ' ').trim()
  return /[\p{L}\p{N}]/u.test(said) ? said : ''
}

const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

/** In this order. */
const SPOKEN: readonly (readonly [
  RegExp,
  string | ((whole: string, ...parts: string[]) => string),
])[] = [
  // markup: code of several lines is nothing to listen to
  [/```[\s\S]*?(?:```|$)/gu, ' '],
  [/`([^`]*)`/gu, '$1'],
  [/<\/?[a-z][^<>]*>/giu, ' '],
  [/!\[([^\]]*)\]\([^)\s]*\)/gu, '$1'],
  [/\[([^\]]+)\]\([^)\s]*\)/gu, '$1'],
  // citations
  [/\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]/gu, ''],
  [/^\s*(?:#{1,6}|[-*+•]|>)\s+/gmu, ''],
  [/^\s*(?:[-*_]\s*){3,}$/gmu, ' '],
  [/(\*\*|__|~~)(?=\S)([\s\S]*?\S)\1/gu, '$2'],
  [/(?<![\p{L}\p{N}])([*_])(?=\S)([^*_\n]*\S)\1(?![\p{L}\p{N}])/gu, '$2'],
  [/\s*\|\s*/gu, ', '],
  // addresses: of a page its site, of a person all of it
  [
    /https?:\/\/(?:www\.)?([\p{L}\p{N}.-]*[\p{L}\p{N}])(?::\d+)?(?:[/?#]\S*?(?=[.,;:!?)\]]*(?:\s|$)))?/giu,
    (_, site: string) => dots(site),
  ],
  [
    /([\p{L}\p{N}._+-]+)@([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/gu,
    (_, who: string, site: string) => `${dots(who)} at ${dots(site)}`,
  ],
  // pictures
  [
    /(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Variation_Selector}|\u200D|\u20E3)+/gu,
    ' ',
  ],
  // dates and numbers
  [
    /\b(\d{4})-(\d\d)-(\d\d)\b/gu,
    (whole: string, year: string, month: string, day: string) => {
      const name = MONTHS[Number(month) - 1]
      return name && Number(day) > 0 && Number(day) <= 31
        ? `${name} ${Number(day)}, ${year}`
        : whole
    },
  ],
  [
    /\b(\d{1,3}(?:[\u{A0}\u{202F} ]\d{3})+)\b(?![.,]?\d)/gu,
    (whole: string) => whole.replace(/\D/gu, ''),
  ],
  [/(\d)\s*[–—]\s*(?=\d)/gu, '$1 to '],
  [
    /([€£])\s?(\d[\d,]*(?:\.\d+)?)/gu,
    (_, sign: string, amount: string) => `${amount} ${sign === '€' ? 'euros' : 'pounds'}`,
  ],
  [/(\d)\s?€/gu, '$1 euros'],
  [/(\d)\s?£/gu, '$1 pounds'],
  [/(\d)\s?%/gu, '$1 percent'],
  [
    /(\d)\s?°\s?([CF])?\b/gu,
    (_, digit: string, scale?: string) =>
      `${digit} degrees${scale === 'C' ? ' Celsius' : scale === 'F' ? ' Fahrenheit' : ''}`,
  ],
  [/#(?=\d)/gu, 'number '],
  [/(\d)\s*×\s*(?=\d)/gu, '$1 times '],
  // signs
  [/\s*&\s*/gu, ' and '],
  [/\s*(?:→|⇒|->|=>)\s*/gu, ' to '],
  [/(\p{L})\/(?=\p{L})/gu, '$1 '],
  [/\s+=\s+/gu, ' equals '],
  [/\s+\+\s+/gu, ' plus '],
  [/\s*(?:—|\s–\s|…)\s*/gu, ', '],
  [/[*_~^\\|<>{}[\]#@=+©®™•§]/gu, ' '],
  [/\s+([,.;:!?])/gu, '$1'],
]

function dots(address: string): string {
  return address.replaceAll('.', ' dot ').replaceAll('_', ' underscore ')
}
