import { words } from '../text.ts'
import { STOP_WORDS, TALK_WORDS } from '../words.ts'

/** Verbs of work that outlives the meeting. */
const WORK =
  /^(?:add|address|adjust|analy[sz]e|announce|apply|approve|arrange|ask|assemble|assign|attend|automate|back up|bake|book|bring|brief|build|buy|calculate|call|cancel|change|chase|check|circulate|clean|clear|collect|compare|compile|complete|configure|confirm|contact|convert|cook|coordinate|copy|cover|create|debug|deal with|decorate|deliver|deploy|design|develop|discuss (?:it |this |that )?with|distribute|document|double-?check|download|draft|draw up|edit|email|e-mail|escalate|estimate|evaluate|expand|fetch|file|fill|finali[sz]e|find|finish|fix|follow|forward|gather|get (?:back|in touch|hold|quotes?|approval)|give (?:\S+ )?(?:a|the) (?:call|ring|talk|presentation|demo|update|training)|hand|handle|hire|host|implement|inform|inspect|install|interview|investigate|invite|invoice|launch|lead|let (?:\S+ )+know|look (?:into|up|at|for)|mail|make (?:a|an|the|some) (?:list|reservation|booking|appointment|plan|draft|copy|copies|poster|video|call|prototype|spreadsheet|chart|cake)|make sure|measure|meet|merge|message|migrate|monitor|move|negotiate|notify|open|optimi[sz]e|order|organi[sz]e|paint|patch|pay|phone|pick up|ping|plan|post|prepare|present|print|produce|propose|prototype|publish|pull|purchase|push|put (?:together|up|in)|put (?:the|a|an|our|my|your|all|this|these|everything) .{2,60}? (?:on|in|into|up)|reach out|record|recruit|re-?do|redesign|refactor|register|release|remind|remove|renew|rent|repair|replace|reply|report|request|re-?run|research|reserve|restore|return|review|revise|re-?write|ring|roll|run|scan|schedule|search|send|set up|sew|share|ship|sign|sketch|sort out|speak (?:to|with)|submit|summari[sz]e|supervise|take (?:the |down )?(?:minutes|notes)|take care|talk (?:to|with)|tell|test|text|thank (?:the|our|all)|tidy|track down|train|transcribe|translate|turn in|type up|update|upgrade|upload|verify|visit|wash|water|work (?:on|out)|wrap up|write)\b(?!-)/i
/** What one does within the meeting itself, or says about oneself. */
const TALK =
  /^(?:be\b(?! (?:responsible|in charge))|say|see|go (?:first|next|over|through|ahead|back|on)|just|guess|think|speak about|talk (?:to you|you)\b|discuss (?!(?:it |this |that )?with\b)|finish (?:up|off|this|that|quick)|rub (?:out|off)|open (?:it|this|that)\b|go ahead and take notes|take notes on|go home|address (?:my|the|this|that|your|a) (?:\S+ )?(?:question|point|comment|remark|concern)|ask (?:this|that|these|those|about|why|how|what)|try to explain|wait|repeat|come back|have to|admit|assume|let (?!\S+ know|(?:\S+ )+know)|take (?:a look|a break|it from|over)|skip|pass|hand over|turn to|call (?:on|it|that)|move on|make it|leave|allow|thank (?:you|my|the (?:chair|minister|member|committee|witness|hon|entire|whole))|assure|offer|mention|know|remember|do my best|tell (?:you|us)|ask (?:you|again|the|a)\b(?! (?:council|vendor|supplier|builder|team|bank|landlord|caterer))|share (?:my|the) screen|open (?:the|this|our) (?:meeting|floor|session)|(?:open|close|shut) (?:the|a|that) (?:window|door|blinds|curtains)|turn (?:up|down|on|off|it|the)|scroll|zoom|mute|unmute|speak up|hold on|call (?:the|this) meeting|find (?:it|that|out if)|bring (?:us|you|this) (?:back|to)|add (?:that|to that|one|just)|pick up on|look at (?:it|that|this|you)|speak (?:to|about) (?:that|this)|write (?:it|that|this) (?:down|on the board|up on)|present (?:my|the|our) (?!.*\b(?:to|at|on|by)\b)|summari[sz]e (?:what|now)|run (?:through|you)|draw (?:it|this|that|on)|remind .*\bthat\b|propose|never|not|need|want|like|love|hate|feel|hope|agree|believe|bet|mean|get to|get (?:back )?into|get (?:a |some |me a )?(?:coffee|tea|water|drink|drinks)|can|also be|hear|understand|imagine|wonder|expect|suggest|recommend|start by|begin (?:by|with)|start with|stop (?:here|there|you|sharing))\b/i
/** Said of now, unless a date says that it is for later. */
const NOW = /^(?:tell (?:him|her|them)|show|start|begin|read|explain|stop|give you|come|present)\b/i
/** Something is said of the work, rather than the work promised: "what I will do is ...". */
const CLEFT =
  /^(?:\S+\s+){0,4}(?:is|are|was)\b(?! (?:on|off|ready|done|there|clean|locked|closed|open|up))/i
/** A verb with what it is done to: "bake the cake", "host two visitors". */
const OBJECT =
  /^(?<verb>\p{L}+)(?: (?:up|out|off|in|down|over|back))? (?:the|a|an|my|our|your|their|his|her|all|some|every|each|two|three|four|five|six|ten|twenty|\d+|\p{Lu})/u

/**
 * Whether a clause ("send the deck") is work to be done later. A due date, or a person who was asked by name, lets any verb
 * pass that is not talk; `plain`, any verb with an object that does not mostly mean something else.
 */
export function isWork(
  clause: string,
  {
    due,
    named,
    plain,
    bare: imperative,
  }: { due: boolean; named: boolean; plain: boolean; bare: boolean },
): boolean {
  const bare = clause.replace(
    /^(?:also|then|just|definitely|probably|try to|try and|go ahead and|please|really|immediately|quickly|generally|usually)\s+/i,
    '',
  )
  if (TALK.test(bare) || CLEFT.test(bare) || (NOW.test(bare) && !due)) return false
  if (WORK.test(bare)) return true
  const verb = words(bare)[0] ?? ''
  if (STOP_WORDS.has(verb))
    return (
      (due || named) &&
      (/^(?:do|have)$/.test(verb) ||
        /^be (?:responsible|in charge|there|at|in|on|back|ready|the)\b/.test(bare))
    )
  if (imperative && /(?:ed|ing)$/.test(verb)) return false
  if (imperative ? due && OBJECT.test(bare) && !TALK_WORDS.has(verb) : due || named) return true
  return plain && OBJECT.test(bare) && !TALK_WORDS.has(verb)
}
