/* What people do by saying it: propose, decide, promise, ask for, correct. Patterns over one cleaned sentence. */

const LEAD =
  /^(?:(?:ok(?:ay)?|so|and|but|well|right|alright|all right|yeah|yes|yep|good|great|fine|perfect|then|now|oh|ah|actually|cool|sure|also|i think|i guess|i mean|you know|hmm)\b[,.;:!]*\s*)+/i

/** Without "Okay, so" and the like in front. */
export function withoutLead(sentence: string): string {
  const rest = sentence.replace(LEAD, '').trim()
  const out = rest === '' ? sentence : rest
  return out.charAt(0).toUpperCase() + out.slice(1)
}

export function isQuestion(sentence: string): boolean {
  return (
    /\?["')\]]*$/.test(sentence) ||
    /^(?:what|who|when|where|why|how|which|did|do|does|have|has|is|are|was|were|should|shall|could|can|would|will)\b(?! (?:we've|I))/i.test(
      withoutLead(sentence),
    )
  )
}

const WHO =
  "(?:we|we've|we all|they|they've|(?:the|our) (?:[\\p{L}-]+ ){0,2}(?:group|team|board|committee|council|court|jury|panel|management|members|parents|family|union|class)|management|everyone|everybody|[Bb]oth of us)"
/** "We will use Postgres", said as what will be: nobody hedges, weighs or asks, and it outlives the meeting. */
const PLANNED =
  /^(?!.*\b(?:maybe|probably|perhaps|might|would|could|should|if|whether|unless|when|or|see|try|then we'll see|I think|I guess|hopefully)\b)(?:for now,? |from (?:now|here) on,? |in the end,? )?(?:we'll|we will|we are going to|we're going to|we're gonna) (?:just |all |only |now |simply |definitely )*(?:use|adopt|drop|keep (?:the|our)|switch|launch|release|ship|charge|abandon|outsource|go live|call (?:it|the)|name (?:it|the))\b(?!.*\bin mind\b)(?! (?:going|the (?:screen|board|whiteboard|projector|slides|pen|time|discussion)|(?:it|this|that|them)[.!]*$))/i
const DECIDED = [
  new RegExp(
    `(?<!\\b(?:[\\p{L}]{3,}s that|thing that|one that|which|what|if|(?:the|those|these|all|some|other|our|of) (?!that\\b)\\p{L}+) )(?<!\\p{L})${WHO}(?: have| had| has| all| both| just| finally| already| now| therefore| unanimously| also)*(?: (?:decided|agreed|settled|chosen|chose|resolved|voted|concluded|opted|picked|landed|approved|rejected|adopted))(?= (?:not |on |to |that |for |against |in favou?r |the |a |our |with |we )|[,:])(?=\\W+\\S+\\s+\\S+)`,
    'iu',
  ),
  /^(?:we )(?:hereby |all |unanimously )*(?:approve|adopt|reject)\b/i,
  /^i(?:'ve| have)? decided (?:that )?we\b/i,
  /(?<!\b(?:things?|ones?|what|which|who|looks?|idea|image|market|style|audience|price|way) )\b(?:let's|let us|we'll|we will|we shall|we're|we are|we're going to|we are going to|i'd say we|so we) (?:just |then |all |therefore )*(?:go|stick|stay|going|sticking|staying) (?:ahead )?(?:with|for)\b(?! (?:the )?(?:first|next|second|last|other) (?:item|point|topic|question|slide)| (?:the |our |your )?(?:\w+ )?(?:presentations?|introductions?|agenda)\b| (?:a )?(?:one|two|three|four|five|six|seven|\d)\s*[.!]?$| (?:lunch|coffee|a (?:walk|break|coffee|drink)))/i,
  /\b(?:it's|it is|that's|that is|is|this is|are) (?:settled|decided|agreed|final|official|our decision|the decision)\b(?! yet)/i,
  /\b(?:the|our|my|final) (?:final )?decision (?:is|was|stands)\b/i,
  /^(?:final )?(?:decision|decisions|decided|agreed|resolved|resolution|approved|conclusion)(?: (?:on|about|for) [^:]{2,40})?\s*(?::|[–—-]\s)/i,
  /^(?:my |the |our )?final answer\s*(?:[:,–-]|is\b)/i,
  /^(?!.*\b(?:what|that|so|as|how|there|where|this|whatever|who|when|but|here|rest|not|don't|know|think|see|remember|because|cause|sure|guess|of|is it)\b)[\p{L}\p{N}'-]+(?: [\p{L}\p{N}'-]+){0,3} it is(?: then)?[.!]*$/iu,
  /\b(?:motion|proposal|amendment|budget|plan|request) (?:is |has been |was )?(?:carried|adopted|approved|passed|rejected)\b/i,
  /\bwe(?:'re| are) (?:all )?(?:agreed|set) (?:that|on|to)\b/i,
  /^we(?:'ve| have|'re| are|'ll| will)?(?: just| now| also)? (?!(?:move|push|shift) (?:the|our|it)\b(?!.* (?:to|until|till|by|back|forward)\b))(?:mov(?:ed?|ing)|postpon(?:ed?|ing)|push(?:ed|ing)?|reschedul(?:ed?|ing)|shift(?:ed|ing)?|cancel(?:l?ed|l?ing)|delay(?:ed|ing)?) (?:the|our|it)\b/i,
  /, (?:that's (?:the|my|our) )?final decision[.!]*$/i,
  PLANNED,
  /(?<!\b(?:who|who's|has|have|had|he|she|they|you|they've) )\bagreed (?:that|to) (?:we|the|use|go|keep|drop|move|have)\b/i,
  /\b(?:is|are|was|were|has been|have been|gets|will be) (?:now |therefore )?(?:postponed|rescheduled|moved|pushed(?: back)?|brought forward|put off|called off|cancelled|canceled) (?:to|until|till|from|by|then|for good)\b/i,
  /\bfrom now on,? (?:we|the|no|all|every)\b|\b(?:we|it|all|every\w*) .*\bfrom now on\b/i,
  /\bwe(?:'re| are| will|'ll) (?:not|no longer) .*\b(?:any ?more|any longer)\b|\bwe(?:'re| are) no longer \p{L}+ing\b/iu,
  /^(?:so,? )?(?:to (?:sum up|summari[sz]e|conclude)|in (?:conclusion|summary)|bottom line|long story short|final plan)[,:]? (?:then )?we(?:'ll| will|'re| are| \p{L}+)\b/iu,
  /\b(?:consensus|verdict|resolution|agreement|outcome|ruling) is (?:to|that|we)\b/i,
]
/** "OK, then we launch on June 15th instead": said after something else no longer held. */
const SETTLES =
  /^(?:ok(?:ay)?|all ?right|right|fine|good|so|then|well)\b.*\bwe(?:'ll| will|'re going to)?(?: just)? (?!can|could|should|would|might|need|have|are|were|was|had|think|know|don't|do not|never|talk|discuss|see|wait|start|begin|move on|go)\p{L}+ .*\b(?:instead|then)[.!]*$/iu
/** What follows a condition or gives a reason says nothing new. */
const SUPPOSED =
  /^(?:'?cause|because|since|as we|if|unless|in case)\b|\bdecided (?:that|this|it) already\b|\bconcluded that (?:it|there|they|he|she|this)\b|\b(?:if|because|'cause|whether|in case) (?:we|it|that|they|you)\b/i
const UNDECIDED =
  /\b(?:haven't|hasn't|hadn't|didn't|did not|have not|has not|not yet|never|nothing|can't|cannot|couldn't|if|unless|until|before|whether|once|when|need to|needs to|have to|has to|should|could|to be|might|must)\b[^,.;]{0,40}\b(?:decide|decided|agree|agreed|settle|settled|choose|chosen|decision)\b/i
/** Told as a story of some other time. */
const PAST =
  /\b(?:last year|years? ago|back then|at the time|in the past|once upon|in my (?:old|last|previous)|at my (?:old|last|previous)|used to|in (?:19|20)\d\d)\b|\b(?:was|turned out to be) a mistake\b/i
const ANAPHORA =
  /^(?:sounds good,? |perfect,? |great,? |exactly,? )?(?:agreed|settled|decided|deal|done deal|seconded|it's a deal|(?:so |then )?(?:it's|it is|that's|that is) (?:settled|decided|agreed|a deal|the plan|final)|let's do (?:that|it|this)|we'll do (?:that|it)|let's go (?:with|for) (?:that|it|this)|we'll go (?:with|for) (?:that|it|this)|we(?:'re| are) (?:all )?agreed|all agreed|motion carried)\b/i

export function saysDecision(sentence: string): boolean {
  const own = withoutLead(sentence)
  return (
    !isQuestion(sentence) &&
    !/\?["')\]]*$/.test(sentence) &&
    !SUPPOSED.test(own) &&
    !UNDECIDED.test(own) &&
    !PAST.test(own) &&
    (DECIDED.some((p) => p.test(own)) || SETTLES.test(sentence))
  )
}

/** "Agreed.", "let's do that": decides what somebody proposed before. */
export function acceptsProposal(sentence: string): boolean {
  return !isQuestion(sentence) && !UNDECIDED.test(sentence) && ANAPHORA.test(withoutLead(sentence))
}

const PROPOSES =
  /\b(?:let's|let us|i (?:would )?propose|i(?:'d)? suggest|my (?:proposal|suggestion)|how about|what about|we should|we could|shall we|should we|why don't we|why not|i(?:'d| would) (?:go|vote|say)|i vote|can we|do we want to|what if we|we can|i move (?:that|to|we))\b/i

export function proposes(sentence: string): boolean {
  return (
    PROPOSES.test(sentence) &&
    !STEERS.test(sentence) &&
    !/\b(?:not sure|I don't (?:think|know)|shouldn't|never)\b/i.test(sentence)
  )
}

/** Proposed for the minutes to come, not for the world after the meeting. */
const STEERS =
  /\b(?:let's|let us|shall we|we can|we could|we should|can we|how about we|i suggest we) (?:all |just |first |now |then |quickly |please |maybe |perhaps )*(?:not )?(?:start|begin|wait|take (?:a|five|ten|another|\d+) ?(?:minute|look|step|break|short|quick|five|moment|second)|have (?:a|another) (?:look|break|seat)|look|see|talk|discuss|chat|speak|go (?:around|through|over|back|on|to the next|ahead|home|first)|get (?:started|going|back|into)|continue|carry on|focus|hear|listen|say|forget|be|think|argue|come back|return|call it|wrap|stop|pause|recap|review the|hope|face|keep (?:going|this|it short)|turn to|proceed|jump|dive|move (?:on|to the next)|assume|(?:leave|skip|drop|do|try|keep|make) (?:it|that|this|people|them)\b(?! \p{L}+day)|pretend|imagine|agree to disagree|calm|relax|go with the (?:first|next|last)|finish|end (?:the|this)|close (?:the|this)|remember|back up|try to|hear|wait|use the time|introduce|pick up where)\b/iu

/** "Let's use Slack": what a plain yes of another makes a decision. */
export function proposesFirmly(sentence: string): boolean {
  return (
    proposes(sentence) &&
    !/\?/.test(sentence) &&
    FIRM.test(withoutLead(sentence)) &&
    !HANDS.test(sentence)
  )
}
/** "Let's have Klara review it" gives work, and decides nothing. */
const HANDS = /\b[Ll]et(?:'s| us) (?:have|get|ask) \p{Lu}/u
const FIRM =
  /^(?:(?:on second thoughts?|actually|no|in that case|instead|wait|rather|scratch that)[,. ]+)*(?:(?:then |so |maybe )?(?:let's|let us)|i (?:would )?propose|i move|i(?:'d)? suggest|i vote|my (?:proposal|suggestion) is)\b/i

const VOTE =
  /^(?:so |then )*(?:are|is) (?:we|everybody|everyone|all) (?:all )?(?:agreed|okay|ok|fine|happy)(?: for now)? (?:that|on|with|to)\s+(?<what>.+)\?|^(?<stated>(?:so |then )*(?:we|let's) .+), (?:agreed|yes|deal|settled|all agreed|okay with everyone)\?/i

/** "So we postpone it, agreed?": what is put to the others, to be decided by a yes. */
export function putToVote(sentence: string): string | undefined {
  const found = VOTE.exec(withoutLead(sentence))?.groups
  return found?.what ?? found?.stated
}

/** Says that what was settled before no longer holds; `sure`: whatever words it uses for it. */
export function revises(sentence: string): 'maybe' | 'sure' | undefined {
  if (/\?$/.test(sentence)) return undefined
  if (
    /\b(?:on second thoughts?|changed? (?:my|our) minds?|scratch that|take (?:it|that) back|correction|actually,? (?:let's|no|we'll|we will)|we(?:'ll| will) [^,]+ instead\b|revert|overrul\w+)\b/i.test(
      sentence,
    )
  )
    return 'sure'
  return /\b(?:actually|instead|rather than|after all|no longer|let's not|go back to|not .{1,40}\bbut)\b|^no\b/i.test(
    sentence,
  )
    ? 'maybe'
    : undefined
}

export function cancels(sentence: string): boolean {
  return /\b(?:scratch that|never ?mind(?: (?:that|about))?|forget (?:that|it|about (?:it|that|the)|the \p{L}+)|cancel that|strike that|drop that|don't bother|no need (?:to do that|for that|any ?more))\b/iu.test(
    sentence,
  )
}

export function accepts(text: string): boolean {
  return /^(?:(?:ok(?:ay)?|oh|um|well|hmm|right|ah)\b[,. ]*)*(?:yes|yeah|yep|yup|sure|ok(?:ay)?|of course|will do|no problem|absolutely|definitely|certainly|happy to|with pleasure|my pleasure|gladly|i can|i could|i will|i'll|i do|i would|let me|can do|on it|i'm on it|got it|consider it done|leave it to me|mine|fine|alright|all right|agreed|deal|exactly|right|absolutely|understood|noted|roger|aye|sounds good|done|good|great|works|that works|perfect|makes sense|not at all|of course not)\b(?!['’]t| not)/i.test(
    text,
  )
}

export function declines(text: string): boolean {
  return /^(?:(?:oh|um|well|hmm|ah|sorry)\b[,. ]*)*(?:no\b(?! (?:problem|worries))|nope|i can't|i cannot|i won't|i couldn't|i don't want|i'd love to,? but|i'm afraid|i'm (?:on|away|out|off|busy|in|too)|unfortunately|not me|i'd rather not|i don't think|i have no time|sorry)/i.test(
    text,
  )
}

export function laughs(sentence: string): boolean {
  return /^(?:ha(?:[ -]?ha)+|ha|lol|lmao|rofl|hehe)\b/i.test(sentence)
}

/** Says that something was a joke. */
export function jokes(sentence: string): boolean {
  return /^(?:no,? )?(?:(?:i'm|i am|i was) )?(?:just |only )?(?:kidding|joking)\b/i.test(
    withoutLead(sentence),
  )
}
