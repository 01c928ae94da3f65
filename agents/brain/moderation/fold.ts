/**
 * Folding: one spelling for the many ways to write a word. Works on characters; `words.ts` works on words.
 * Every function here is linear in the text's length.
 */

// Letters that look like Latin ones. Only words that mix scripts, or stand among Latin words, are folded.
const lookalikes: Record<string, string> = Object.fromEntries([
  ...pairs('абвгеёзикмнопрстуүхцьѕіїјһԁԛԝөӏɡ', 'a6bree3ukmhonpctyyxubsiijhdqwolg'),
  ...pairs('αβγεηικνορτυχωѵ', 'abyenikvoptuxwv'),
  ...pairs('ıłøđħŧæœßƒ', 'ilodhtaesf'),
])

const leet: Record<string, string> = Object.fromEntries(
  pairs('01345789@$!|+€£¥¢(', 'oieastbgasiiteLycc'.toLowerCase()),
)

function pairs(from: string, to: string): Array<[string, string]> {
  return [...from].map((c, i) => [c, [...to][i] ?? c])
}

// Characters that are drawn as nothing: zero width, soft hyphen, direction marks, selectors, tags.
const invisible =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are what is meant
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]|\u{e0000}|[\u{e0020}-\u{e007f}]/gu

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** Folds width, case, diacritics and invisible characters, and opens HTML entities. */
export function foldCharacters(text: string): string {
  return (
    text
      .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? ' ')
      .replace(/&#\d{1,7};/g, ' ')
      // These two unfold to a whole sentence each, which would make the work grow eighteenfold.
      .replace(/[\ufdfa\ufdfb]/g, ' ')
      .normalize('NFKD')
      .replace(invisible, '')
      // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are what is meant
      .replace(/[\u0300-\u036f\u0489\u1ab0-\u1aff\u20d0-\u20ff]/g, '')
      .replace(/[\u2018\u2019\u02bc\u0060\u00b4\u2032]/g, "'")
      .replace(/[\u201c\u201d\u201e\u00ab\u00bb\u2033]/g, '"')
  )
}

/** Replaces letters of other scripts that look Latin; `undefined` when a letter looks like none. */
export function foldLookalikes(word: string): string | undefined {
  let folded = ''
  for (const c of word) {
    const latin = lookalikes[c] ?? c
    if (latin > '\u007f') return undefined
    folded += latin
  }
  return folded
}

/** Reads digits and signs as the letters they stand for. */
export function foldLeet(word: string): string {
  let folded = ''
  for (const c of word) folded += leet[c] ?? c
  return folded
}

/** Shortens runs of one letter: `most` letters stay of runs of at least `from`. */
export function squeeze(word: string, from: number, most: number): string {
  let out = ''
  let i = 0
  while (i < word.length) {
    let j = i + 1
    while (j < word.length && word[j] === word[i]) j += 1
    out += word.slice(i, i + (j - i >= from ? most : j - i))
    i = j
  }
  return out
}
