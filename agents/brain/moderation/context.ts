/**
 * Signs that a text speaks against, about, or of oneself rather than at somebody. They lower a score;
 * they never wipe it out, or a quotation mark would be a licence.
 */
export interface Context {
  /** The words are reported or condemned ("he called me a ...", "it is wrong to say ..."). */
  reported: boolean
  /** Speaks of oneself, with pride or in jest ("we are ... and proud of it"). */
  own: boolean
  /** The writer's own words, put in quotation marks ("I said ..."). */
  firstPerson: boolean
  /** Talks of the word, or of another sense of it ("the word ... means", a female dog). */
  mention: boolean
}

const reported = new RegExp(
  `(?<= )(?:[A-Z]*(?:${[
    '(?:called|calls|calling|call) (?:me|us|him|her|them|someone|somebody|people|anyone|my [^ .]+|other people|[A-Z]*G[A-Z]*[^ ]+)',
    '(?:said|says|wrote|writes|tweeted|tells|told|yelled|shouted|chanted|posted) (?:[^ .]+ ){0,4}(?:which|that shows|shows|is|was)',
    '(?:saying|telling|writing|posting|chanting|shouting|yelling|spreading|using) (?:[^ .]+ ){0,3}(?:like|that|things|stuff|word|words|slur|slurs|go|to|you|all)',
    '(?:say|says|said|write|send|sent|hear|hearing|heard|post|share|spread|use|used) (?:me )?(?:things|stuff|words|messages|comments|phrases|tweets|something) like',
    '(?:the|a|this|that) (?:word|term|phrase|slur|insult|expression)s?',
    '(?:wrong|bad|sick|tired|okay|ok|right|acceptable|disrespectful|offensive|racist|sexist|rude|hateful|unacceptable|cool|fine|appropriate) (?:to|of|for|when|that) (?:[^ .]+ ){0,5}(?:say|says|saying|call|calls|calling|use|using|tell|hear|hearing|people)',
    '(?:people|anyone|someone|those|everyone|person|men|guys) who (?:[^ .]+ ){0,3}(?:say|says|said|call|calls|use|write|writes|think|thinks|tell|tells|claim|hate|send|spread)',
    '(?:how )?(?:hateful|bigoted|racist|sexist|misguided|homophobic|transphobic|misogynist|misogynistic|bigot|misogyny|racism|sexism|homophobia|transphobia|discrimination)',
    '(?:statements?|comments?|threats?|slogans?|posts?|remarks?|jokes?|language) like',
    '(?:jail|prison|banned|blocked|fired|sued|court) for',
    'thing to (?:say|write|call)',
    '(?:threatening|wishing|calling for|inciting) (?:to|for|death|violence|harm)',
    '(?:you|they|he|she|people) (?:said|say|wrote|think|thought|claim|claimed|believe|believed|(?:can|could) not (?:[^ .]+ )?believe|saying)',
    '(?:your|their|his|her|the open|open) (?:[^ .]+ )?(?:contempt|hatred|hate|scorn) (?:[^ .]+ ){1,4}(?:has to|must|needs to|should|in our)',
    'call out',
    '(?:stop|quit) (?:calling|saying|using|telling|spreading)',
    '(?:he|she|they|someone|somebody|people|who) (?:just )?(?:called|told|texted|messaged) (?:me|us|my [^ .]+|him|her|them)',
  ].join('|')}))(?= )`,
)
const firstPersonSpeech =
  /(?<= )i (?:just )?(?:said|say|told|tell|called|call|am telling|am saying) (?:you|all|that|to|these|them)(?= )/
const own =
  /(?<= )(?:(?:i|we) (?:am|are|was|were) (?:just |truly |really |such |also |still |proud |being |a |an |the |one |all |of |to be |totally )*(?:[A-Z]*[SBIJKPFGD][A-Z]*[^ A-Z]+)|as a [A-Z]*[SBG]|[A-Z]*(?:myself|ourselves)|[A-Z]*(?:proud|bad|baddest|boss|pretty|rich|fellow) [A-Z]*[SB]|i (?:can be|have been|feel like|used to be|call) |being an? [A-Z]*[SB]|proud (?:of it|to be)|love being an?|(?:my|our) (?:fellow|dear|favou?rite|lovely) [A-Z]*[SBG])(?= |[a-z])/
const mention =
  /(?<= )(?:[A-Z]*(?:(?:female|male) (?:dogs?|canines?|wolves|wolf)|(?:dog|puppy|puppies|vet|barking|breeder|kennel|garden|gardening|tool|weeds?|soil|sticks|cigarettes?|smoking|smoke|smoked|sausage|weather|resting|armou?r|span|transmission|fluid|rake|spade|shovel|flame|potential)|means?|definition|refers?|pronounced|etymology|spelled))(?= )/

export function readContext(encoded: string): Context {
  return {
    reported: reported.test(encoded) && !firstPersonSpeech.test(encoded),
    firstPerson: firstPersonSpeech.test(encoded),
    own: own.test(encoded),
    mention: mention.test(encoded),
  }
}

/** Turns a statement about its opposite, where it stands close before it. */
const negation =
  /(?:^| )[A-Z]*(?:not|never|no|nobody|none|without|neither|nor|hardly|opposite|wrong|stop|against|nothing|condemn|condemned|denounce|shame|unacceptable) ((?:[^ .]+ ){0,6})$/
const clause = / (?:but|so|because|and|then|however|though|although|if) /g

/** Is what stands at `index` of the encoded text negated in its own clause, at most `within` words before? */
export function negated(encoded: string, index: number, within: number): boolean {
  const before = encoded.slice(Math.max(0, index - 80), index)
  let from = 0
  for (const found of before.matchAll(clause)) from = found.index + found[0].length - 1
  const between = negation.exec(before.slice(from))?.[1]
  return between !== undefined && between.split(' ').length - 1 <= within
}
