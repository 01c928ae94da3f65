/** Short forms written out, so that a rule needs one wording: "you're", "ur", "u r" are all "you are". */
export function writeOut(word: string): string {
  const spelled = spellings.get(word)
  if (spelled !== undefined) return spelled
  if (!word.includes("'")) return word
  for (const [pattern, to] of clitics) if (pattern.test(word)) return word.replace(pattern, to)
  return word
}

const clitics: ReadonlyArray<readonly [RegExp, string]> = [
  [/^can't$/, 'can not'],
  [/^won't$/, 'will not'],
  [/n't$/, ' not'],
  [/'re$/, ' are'],
  [/'ll$/, ' will'],
  [/'ve$/, ' have'],
  [/^i'm$/, 'i am'],
  [/^(he|she|it|that|what|there|who)'s$/, '$1 is'],
  [/'d$/, ' would'],
]
const spellings = new Map(
  Object.entries({
    u: 'you',
    ya: 'you',
    yall: 'you all',
    "y'all": 'you all',
    youre: 'you are',
    ur: 'you are',
    r: 'are',
    im: 'i am',
    ima: 'i am going to',
    imma: 'i am going to',
    gonna: 'going to',
    wanna: 'want to',
    gotta: 'have to',
    theyre: 'they are',
    dont: 'do not',
    cant: 'can not',
    wont: 'will not',
    isnt: 'is not',
    arent: 'are not',
    hes: 'he is',
    shes: 'she is',
    thats: 'that is',
    cannot: 'can not',
    kys: 'kill yourself',
    foh: 'fuck off',
  }),
)
