import type { Rule } from './rule.ts'

const someone = '(?:you|him|her|them|your|his|their|yourself|everyone|everybody|u)'
const will =
  '(?:i|we) (?:am|are)? (?:will|shall|going|want|about|should|would|plan|swear|have|promise|must|need) (?:to|i|love)? _2'

const verbs =
  'kill|murder|rape|stab|strangle|behead|slaughter|torture|lynch|castrate|drown|poison|butcher|shoot|hang|exterminate|eradicate|execute|gas'
const done =
  'murdered|raped|stabbed|shot|hanged|hung|strangled|beheaded|slaughtered|tortured|lynched|gassed|castrated|burned alive|burned at the stake|exterminated'

export const threats: Rule[] = [
  {
    name: 'threat-of-violence',
    category: 'threat',
    score: 0.95,
    grave: true,
    needs: 'V',
    patterns: [
      // "shoot you an email", "hit you up", "beat you at chess", "cut you off" are no threats.
      `${will} (?:kill|murder|rape|stab|strangle|behead|slaughter|torture|lynch|castrate|drown|poison|butcher|decapitate|gut|mutilate|exterminate) ~1 ${someone} (?!with kindness|in chess|in the game|at)`,
      `${will} (?:shoot|hang|choke|burn|skin|punch|slap|whip|shank|bash) ~1 ${someone} (?!an?|the|some|over|my|back|off|out|up|later|with|one|this|that|it|quick|another|on|at|in|message|email|mail|link|note|text|stuff)`,
    ],
    reason: 'threatens a person with violence',
  },
  {
    name: 'threat-to-body',
    category: 'threat',
    score: 0.95,
    grave: true,
    patterns: [
      '(?:slit|cut|slash) (?:your|his|her|their) ~1 (?:throat|throats|neck|head|face)',
      '(?:will|going|want|should|gonna|i) (?:to)? _1 (?:break|smash|snap|bash|crack|cave) (?:your|his|her|their|you) _1 (?:neck|necks|legs|face|jaw|bones|skull|head|teeth|kneecaps)',
      'beat (?:you|him|her|them) (?:to death|to a pulp|senseless|bloody)',
      'beat the (?:shit|hell|crap|living) _2 out of (?:you|him|her|them)',
      '(?:beat|kick|whoop) (?:your|you) ~1 <P>',
      'put (?:a|some) (?:bullet|bullets|knife) (?:in|through|into) (?:your|you|his|her|their)',
      'blow (?:your|his|her|their) ~1 (?:head|brains) (?:off|out)',
      'burn (?:your|his|her|their) _1 (?:house|home|place|car) (?:down)?',
      '(?:you|he|she) (?:are|is) ~1 (?:dead (?:meat|man|woman|bitch)|gonna die|going to die (?:tonight|tomorrow|soon|screaming))',
      '(?:shoot up|bomb|blow up) (?:the|this|that|your|their|a|every) _1 (?:school|office|building|place|church|mosque|synagogue|embassy|hospital|house|station|airport)',
    ],
    reason: 'threatens a person with violence',
  },
  {
    name: 'menace',
    category: 'threat',
    score: 0.8,
    patterns: [
      'i know where your (?:family|kids|children|mother|wife|sister) _1 (?:live|lives|sleep|sleeps|go|goes|work|works)',
      '(?:i|we) (?:am|are|will) (?:going to)? (?:find|get|come for|coming for|hunt) (?:you|your family) (?:bitch|no matter|and (?:kill|hurt|make|destroy|rape|beat|break|end)|\\.)',
      '(?:i|we) (?:am|are|will) (?:going to)? (?:hunt you|make (?:you|him|her|them) (?:suffer|bleed|pay|beg|regret))',
      '(?:i|we) (?:am|are|will) (?:going to)? (?:hurt|destroy|end) (?:you|her|him) (?!feelings)',
      'you (?:will|are going to) (?:all)? (?:die|bleed|burn|suffer|hang) (?:for|tonight|soon|screaming|like|in|\\.)',
      'watch your back',
      'your days are numbered',
      'sleep with one eye open',
      'you will regret (?:this|it|that|ever)',
      '(?:want|wants) (?:you|him|her|them) dead',
    ],
    reason: 'menaces a person',
  },
  {
    name: 'known-address',
    category: 'threat',
    score: 0.55,
    patterns: ['(?:i|we) know where you _1 (?:live|sleep|work)'],
    reason: 'menaces a person',
  },
  {
    name: 'call-for-violence',
    category: 'threat',
    score: 0.8,
    needs: 'VW',
    patterns: [
      `(?:someone|somebody|please|let us|should|must|ought to|need to|have to|better) (?:should|must|please|to|will|would)? (?:just|all|really)? (?:${verbs}) (?:you|him|her|them|(?:every)? one of them)`,
      `(?:someone|somebody|we|you all|they|please|let us|should|must) (?:just|all|really)? (?:${verbs}) (?:all)? (?:of)? (?:those|that|this|these|every|all|the) _1 <GOIBSD>`,
      `(?:he|she|they|you|these|those|<O>|all|who) (?:should|must|deserve|deserves|needs?|ought to) (?:all|just|really)? (?:to)? (?:be|get) ~1 (?:executed|${done})`,
      `(?:[^ .]*[^ .A-Z]{4,}) (?:should|must|deserve|deserves|ought to) (?:all|just|really)? (?:to)? (?:be|get) ~1 (?:${done}) (?!down|by)`,
    ],
    reason: 'calls for violence against people',
  },
]
