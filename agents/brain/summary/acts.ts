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

const DECIDED = [
  /\b(?:we|we've|they|they've|the (?:group|team|board|committee|council))(?: have| had| all| both| just| finally| already)* (?:decided|agreed|settled|chosen|resolved|voted|concluded)\b(?=\W+\S+\s+\S+)/i,
  /\b(?:let's|let us|we'll|we will|we shall|we're going to|we are going to|i'd say we|so we) (?:just |then |all |therefore )*(?:go|stick|stay) (?:ahead )?(?:with|for)\b/i,
  /\b(?:it's|it is|that's|that is|is) (?:settled|decided|agreed)\b/i,
  /\b(?:the|our|my|final) (?:final )?decision (?:is|was|stands)\b/i,
  /^(?:decision|decided|agreed|resolved|resolution)\s*[:–-]/i,
  /\b(?:motion|proposal|amendment) (?:is )?(?:carried|adopted|approved|passed)\b/i,
  /\bwe(?:'re| are) (?:all )?agreed (?:that|on|to)\b/i,
  /\bagreed (?:that|to) (?:we|the|use|go|keep|drop|move|have)\b/i,
]
const UNDECIDED =
  /\b(?:haven't|hasn't|hadn't|didn't|did not|have not|has not|not yet|never|nothing|can't|cannot|couldn't|if|unless|until|before|whether|once|when|need to|needs to|have to|has to|should|could|to be|might|must)\b[^,.;]{0,40}\b(?:decide|decided|agree|agreed|settle|settled|choose|chosen|decision)\b/i
const ANAPHORA =
  /^(?:agreed|settled|decided|deal|done deal|(?:so |then )?(?:it's|it is|that's|that is) (?:settled|decided|agreed|a deal|the plan|final)|let's do (?:that|it|this)|we'll do (?:that|it)|let's go (?:with|for) (?:that|it|this)|we'll go (?:with|for) (?:that|it|this)|we(?:'re| are) (?:all )?agreed|all agreed|motion carried)\b/i

export function saysDecision(sentence: string): boolean {
  return !isQuestion(sentence) && !UNDECIDED.test(sentence) && DECIDED.some((p) => p.test(sentence))
}

/** "Agreed.", "let's do that": decides what somebody proposed before. */
export function acceptsProposal(sentence: string): boolean {
  return !isQuestion(sentence) && !UNDECIDED.test(sentence) && ANAPHORA.test(withoutLead(sentence))
}

const PROPOSES =
  /\b(?:let's|let us|i (?:would )?propose|i(?:'d)? suggest|my (?:proposal|suggestion)|how about|what about|we should|we could|shall we|should we|why don't we|why not|i(?:'d| would) (?:go|vote|say)|i vote|can we|do we want to|what if we|we can)\b/i

export function proposes(sentence: string): boolean {
  return PROPOSES.test(sentence) && !/\b(?:don't|do not|not sure|shouldn't|never)\b/i.test(sentence)
}

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
    /\b(?:on second thoughts?|changed? (?:my|our) minds?|scratch that|take (?:it|that) back|correction|actually,? (?:let's|no)|revert|overrul\w+)\b/i.test(
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
  return /\b(?:scratch that|never ?mind(?: (?:that|about))?|forget (?:that|it|about (?:it|that))|cancel that|strike that|drop that|don't bother)\b/i.test(
    sentence,
  )
}

export function accepts(text: string): boolean {
  return /^(?:(?:ok(?:ay)?|oh|um|well|hmm|right|ah)\b[,. ]*)*(?:yes|yeah|yep|yup|sure|ok(?:ay)?|of course|will do|no problem|absolutely|definitely|certainly|happy to|gladly|i can|i will|i'll|can do|on it|consider it done|fine|alright|all right|agreed|done|good|works|that works|perfect)\b/i.test(
    text,
  )
}

export function declines(text: string): boolean {
  return /^(?:(?:oh|um|well|hmm|ah|sorry)\b[,. ]*)*(?:no\b(?! problem)|nope|i can't|i cannot|i won't|i'm afraid|unfortunately|not me|i'd rather not|i don't think|i have no time|sorry)/i.test(
    text,
  )
}

/** Verbs of work that outlives the meeting. */
const WORK =
  /^(?:add|address|adjust|analy[sz]e|announce|apply|approve|arrange|ask|assemble|assign|book|bring|brief|build|buy|calculate|call|cancel|change|chase|check|clean|collect|compare|compile|complete|confirm|contact|convert|coordinate|copy|create|deliver|deploy|design|develop|discuss (?:it |this |that )?with|distribute|document|download|draft|draw up|email|e-mail|escalate|estimate|evaluate|expand|file|fill|finali[sz]e|find|finish|fix|follow|forward|gather|get (?:back|in touch|hold|quotes?|approval)|hand|hire|implement|inform|install|investigate|invite|invoice|launch|look (?:into|up|at|for)|mail|make sure|measure|meet|merge|message|migrate|monitor|move|negotiate|notify|open|order|organi[sz]e|patch|pay|phone|pick up|ping|plan|prepare|present|print|produce|propose|prototype|publish|pull|purchase|push|put together|reach out|recruit|re-?do|refactor|register|release|remind|renew|replace|report|request|re-?run|research|reserve|restore|review|revise|re-?write|ring|roll|run|schedule|search|send|set up|share|ship|sign|sketch|sort out|speak (?:to|with)|submit|summari[sz]e|take care|talk (?:to|with)|tell|test|tidy|track down|train|transcribe|translate|turn in|type up|update|upgrade|upload|verify|visit|work (?:on|out)|write)\b/i
/** What one does within the meeting itself, or says about oneself. */
const TALK =
  /^(?:be|say|see|show|start|begin|read|go (?:first|next|over|through|ahead|back|on)|just|guess|think|explain|try to explain|stop|wait|repeat|come back|have to|admit|assume|let|take (?:a look|it from|over)|give you|skip|pass|hand over|turn to|call (?:on|it|that)|move on|leave (?:it|that|you)|mention|know|remember|do my best|tell (?:you|us)|ask (?:you|again|the|a)\b(?! (?:council|vendor|supplier|builder|team))|share (?:my|the) screen|open (?:the|this|our) (?:meeting|floor|session)|call (?:the|this) meeting|find (?:it|that|out if)|bring (?:us|you|this) (?:back|to)|add (?:that|to that|one|just)|pick up on|come|look at (?:it|that|this|you)|speak (?:to|about) (?:that|this)|write (?:it|that|this) (?:down|on the board|up on)|present (?:my|the|our)|summari[sz]e (?:what|now)|run (?:through|you)|draw (?:it|this|that|on)|remind .*\bthat\b|propose|never|not|need|want|like|love|hate|feel|hope|agree|believe|bet|mean|get to|get (?:back )?into|can|also be|hear)\b/i
/** Something is said of the work, rather than the work promised: "what I will do is ...". */
const CLEFT = /^(?:\S+\s+){0,4}(?:is|are|was)\b/i

/**
 * Whether a clause ("send the deck") is work to be done later. A due date, or a person who was asked by name, lets any verb
 * pass that is not talk.
 */
export function isWork(clause: string, sure: boolean): boolean {
  const bare = clause.replace(
    /^(?:also|then|just|definitely|probably|try to|try and|go ahead and|please|really)\s+/i,
    '',
  )
  if (TALK.test(bare) || CLEFT.test(bare)) return false
  return sure || WORK.test(bare)
}
