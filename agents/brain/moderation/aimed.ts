import type { Rule } from './rule.ts'

/** Insults, profanity and wishes aimed at a person. Profanity aimed at nobody is no rule's business. */
export const aimed: Rule[] = [
  rule(
    'kill-yourself',
    1,
    [
      '(?:kill|hang|shoot|off|neck|drown|poison|end) (?:yourself|yourselves|urself|yoself)',
      'you should (?:just|all|really)? (?:die|be dead|not be alive|jump off)',
      '(?:go|please|just) (?:and)? (?:die|drop dead|hang yourself|jump off)',
      '(?:slit|cut) your (?:own)? (?:wrists|throat)',
      'drink bleach',
      'die in a (?:fire|hole|car)',
      'world (?:would|will) be (?:a)? better (?:off|place)? (?:without you|if you)',
    ],
    { grave: true, reason: 'wishes a person dead' },
  ),
  rule(
    'wish-of-harm',
    0.85,
    [
      '(?:i|we|everyone) hope (?:that)? (?:you|they|he|she) _2 (?:die|dies|rot|rots|burn|suffer|suffers|choke|chokes|bleed|hang)',
      '(?:i|we) (?:wish|hope) you (?:were|was|are|get) (?:dead|cancer|raped|killed|shot)',
      '(?:you|he|she|they) (?:deserve|deserves|need|needs) to (?:die|<W>|be <W>)',
      'i hope (?:you|they|he|she|your) _2 <W>',
      '(?:i|we) (?:hope|wish) _2 (?:rapes|kills|shoots|stabs|beats) (?:you|him|her|them)',
      '(?:nobody|no one) (?:will|would) miss you',
      'world is better (?:off)? without you',
      'rot in (?:hell|prison|jail)',
      'burn in hell',
    ],
    { reason: 'wishes a person harm' },
  ),
  rule(
    'insult-at-you',
    0.85,
    [
      'you ~3 <IBS>',
      'you are (?!not|no|never) _1 <IBS>',
      'you are (?!not|no|never) ~3 (?:<J>|<D>)',
      '<IBSJ> like you',
      '(?:your|you) ~2 piece of <PD>',
      'your (?:ugly|stupid|dumb|fat|pathetic|filthy) ~1 (?:face|ass|mouth|head|mother|mom|mum|body|self|brain)',
      'hey ~2 <IBS>',
      '(?:shut|fuck|screw) _2 you ~2 <IBSJ>',
    ],
    { needs: 'IBSJD', reason: 'insults the person spoken to' },
  ),
  rule(
    'animal-at-you',
    0.6,
    [
      'you are (?!not|no|never) (?:a|an|such|just|nothing) ~3 <MD>',
      'you <JPFK> ~2 <MD>',
      'you are (?:a|an) <KJ> [^ .]+',
      'you are (?:so|such|just|really|being|all) ~2 <K>',
    ],
    { needs: 'MDKJ', reason: 'insults the person spoken to' },
  ),
  rule(
    'curse-at-you',
    0.85,
    [
      '<F> (?:you|off|him|her|them|yourself|yourselves|your|em)',
      '(?:go|can|all) ~2 <F> (?:yourself|themselves|himself|herself|yourselves)',
      'shut (?:the)? <FP>? up ~1 <IBSJ>',
      'shut (?:the|your) <FP> (?:up|mouth)',
      'shut your ~1 (?:mouth|face|trap|hole)',
      '(?:kiss|lick|eat) my <PXB>',
      'eat shit',
      'get the <FP> (?:out|away|off)',
      'go to hell',
      'piss off',
      '(?:stfu|gtfo|foh)',
      'drop dead (?!gorgeous)',
      'shove it up your',
      'up your <P>',
      'get <F>',
      'you are ~2 full of <P>',
      '(?:<J>|lame|annoying|fake) (?:as <F>|as hell|af)',
      'eat (?:a|my) (?:bag of)? <X>',
    ],
    { reason: 'curses at a person' },
  ),
  rule(
    'scorn-at-you',
    0.55,
    [
      'you (?:make|makes) (?:me|us) (?:sick|puke|vomit)',
      'you (?:really|all|people|just|still)? ~1 (?:suck|sucks|disgust)',
      '(?:nobody|no one) (?:likes|wants|loves|cares about) you',
      'i (?:really|so|fucking)? ~1 <N> you',
      'screw you',
      'shut up ~2 <IBSJM>',
      '(?:you|he|she|they) _4 waste of (?:space|oxygen|skin|air|sperm)',
    ],
    { reason: 'shows contempt for the person spoken to' },
  ),
  rule(
    'insult-at-third',
    0.6,
    [
      '(?:he|she|they|[^ .]*[^ .A-Z]{3,}) (?:is|are|was|were) (?!not|no|never) ~3 <IBS>',
      '(?:he|she|they) (?:is|are|was|were) (?!not|no|never) ~3 (?:<JD>|trash|garbage)',
      'what an? ~2 <IBS>',
      '(?:this|that|these|those|the|fucking|such|of) ~3 (?:<I>|bitch|bitches|whore|slut|cunt|cunts)',
      '(?:ugly|stupid|dumb|fat|dirty|lying|fucking|pathetic|crazy) ~2 <IBS>',
      'piece of <P>',
      'head up (?:his|her|their|your) ~3 <P>',
      '(?:dumb|stupid|ugly|lying|sick|lazy) <FP>',
    ],
    { needs: 'IBSJDP', weak: true, reason: 'insults a person' },
  ),
  rule('insulting-word', 0.52, ['<B>', '<I>'], {
    needs: 'BI',
    weak: true,
    reason: 'an insulting word',
  }),
]

function rule(
  name: string,
  score: number,
  patterns: string[],
  more: { grave?: true; needs?: string; weak?: true; reason: string },
): Rule {
  return { name, category: 'harassment', score, patterns, ...more }
}
