import type { Rule } from './rule.ts'

const be = '(?:is|are|was|were|being|be)'
const group =
  '(?:all|the|those|these|any|every|of|you|fucking|filthy|other|stupid|damn|goddamn|dirty|a|an)'

/**
 * Hatred of a group. A group's name alone is never evidence: every pattern needs hatred, violence, or
 * contempt said of it.
 */
export const hate: Rule[] = [
  {
    name: 'slur',
    category: 'hate',
    score: 0.6,
    needs: 'S',
    weak: true,
    patterns: ['<S>'],
    reason: 'a slur against a group',
  },
  {
    name: 'slur-aimed',
    category: 'hate',
    score: 0.9,
    needs: 'S',
    patterns: [
      'you ~3 <S>',
      'you are _2 <S>',
      '<S> like you',
      '(?:fucking|dirty|filthy|stupid|ugly|damn|these|those|all|typical|too many|hate|kill|another) ~2 <S>',
      '<S> (?:are|should|must|need|deserve|have no|do not)',
    ],
    reason: 'a slur against a group, aimed at people',
  },
  {
    name: 'group-violence',
    category: 'hate',
    score: 0.95,
    grave: true,
    needs: 'G',
    patterns: [
      `<V> (?:all|every|those|these|the|any|each|some) _2 <G>`,
      `(?:will|shall|going to|want to|should|let us|to|must|would|could|please|just|i) (?:just|really)? (?:kill|murder|rape|stab|exterminate|eradicate|lynch|gas|torture|strangle|behead|slaughter|castrate|shoot|hang|burn|beat) (?:a|an|you)? ~1 <G>`,
      `death to ${group}? ~1 <G>`,
      `<G> (?:people|folks|person|ones|men|women)? _3 (?:should|must|deserve|deserves|ought|need|needs|has|have) (?:to)? (?:all|just)? (?:be|get)? ~1 (?:<W>|die|rot|burn|suffer|hang|disappear|drown)`,
      `(?:get rid|rid (?:the|this|our) [^ .]+|cleanse [^ .]+) of _2 <G>`,
      `(?:put|someone|time) _3 end to _2 <G>`,
      `(?:see|watch) ${group} ~1 <G> (?:people)? (?:suffer|die|burn|hang|bleed)`,
      `<W> (?:all|every|those|these|any|some) _1 <G>`,
      `(?:raping|killing|murdering|beating|hunting|shooting) ${group}? ~1 <G>`,
      `(?:cut|snap|slit|break) (?:these|those|the|that|all|a)? <G> _1 (?:people|person)? (?:'s)? (?:throat|throats|neck|necks)`,
      `(?:neck|necks|throat|throats) of _2 <G>`,
      `if ${group}? _1 <G> _3 (?:eradicated|exterminated|dead|wiped|gone)`,
    ],
    reason: 'calls for violence against a group',
  },
  {
    name: 'group-hatred',
    category: 'hate',
    score: 0.85,
    needs: 'G',
    patterns: [
      `<N> ${group}? ~2 <G>`,
      `(?:fuck|screw|damn) ${group}? ~1 <G>`,
      `(?:can not|could not) (?:really)? (?:stand|bear|tolerate) ${group}? _1 <G>`,
      `(?:contempt|scorn|hatred|disgust|hate|revulsion|loathing) (?:that)? (?:i|we)? (?:feel|have)? (?:for|of|towards|toward) _2 <G>`,
      `<G> (?:people|folks|person)? (?:like you|in [^ .]+|so much)? _2 (?:make|makes|making|disgust|disgusts|sicken|sickens) (?:me|us) (?:sick|furious|angry|boil|puke|vomit|so|to)?`,
      `<G> (?:people|folks)? _2 (?:go to hell|go ~1 <F> themselves|<F> themselves|fuck off|go back)`,
      `(?:send|ship|deport|throw|kick) (?:all|the|those|these|every) _2 <G> (?:people)? (?:back|away|out|home|off)?`,
    ],
    reason: 'expresses hatred of a group',
  },
  {
    name: 'group-contempt',
    category: 'hate',
    score: 0.85,
    needs: 'G',
    patterns: [
      `<G> (?:people|folks|person|ones|lot|kind)? (?:like you|in [^ .]+|who [^ .]+)? ${be} (?!not|never|no) ~5 <DIJ>`,
      `<G> (?:people|folks|person|ones)? (?:like you)? _1 ${be} (?!not|never) ~4 (?:worst|dumbest|stupidest|<K>)`,
      `<IDJK> (?:african|middle|little|old|young)? <G>`,
      `<G> (?:<ID>|scum)`,
      `<G> (?:people)? (?:like you)? (?:do|does|can|are|is|should) not (?:belong|human|be allowed|deserve|have rights|have a soul|be here|people)`,
      `<G> (?:people)? (?:have|has) no (?:place|soul|value|right|rights|brain|worth|honour|honor)`,
      `<G> (?:people)? (?:belong|belongs) in (?:a|the) (?:zoo|kitchen|cage|jail|prison|asylum|gutter|ground)`,
      `(?:not|never|nobody) (?:let|allow) _1 <G> (?:people|person)? (?:to)? (?:live|vote|breed|exist|in)`,
      `<G> (?:lives|life) (?:have|has|are|is|do|does|should) (?:not|no) _1 (?:value|worth|matter|important|count)`,
      `(?:too many|nothing but an?|just an?|typical) ~1 (?:queer|queers|illegals|homo|homos)`,
      `<G> (?:people)? (?:being|running) (?:in)? (?:charge|things) _2 (?:<D>|mistake)`,
      `<G> (?:people)? (?:with|having) _1 power _2 <D>`,
      `no better than ~1 <D>`,
      `<G> (?:people)? _2 worse than`,
      `nothing (?:good|worse) _2 (?:about|than) ~1 <G>`,
      `only (?:an?)? <G> (?:people|person|men|women)? _1 ${be} (?:that|so|this|as) <JKI>`,
      `as <JKID> as (?:these|those|the)? _1 <G>`,
      `(?:nature|blood|genes) to be ~2 <IDJKX>`,
      `(?:never|not) lift a finger to save`,
    ],
    reason: 'shows contempt for a group',
  },
]
