import type { Rule } from './rule.ts'

const child =
  '(?:child|children|kid|kids|minor|minors|underage|preteen|toddler|schoolgirl|schoolboy|boy|baby)'

export const sexual: Rule[] = [
  {
    name: 'minor',
    category: 'sexual',
    score: 1,
    grave: true,
    patterns: [
      `(?:child|kid|kiddie|underage|preteen|minor) (?:porn|porno|pornography|nudes|sex)`,
      `sex with (?:an?|the|my|little|young|this|some)? _1 ${child}`,
      `(?:molest|rape|fuck|fondle|touch|sex with) _1 (?:little|young|underage|teen|teenage|small) (?:girl|girls|boy|boys)`,
      `underage (?:girl|girls|boy|boys)`,
      `(?:fuck|rape|molest|fondle|fucking|raping|molesting) (?:an?|the|little|young|this|some|your)? _1 ${child}`,
    ],
    reason: 'sexual content about minors',
  },
  {
    name: 'sexual-abuse',
    category: 'sexual',
    score: 0.85,
    patterns: [
      '(?:suck|sucking|lick|ride|taste|choke on|swallow|jerk|stroke|deepthroat) (?:on)? (?:my|his|this|some|your|a|her) ~2 <X>',
      '(?:send|show|give|see|want) (?:me|us)? (?:your|some|ur)? (?:naked)? (?:nudes|tits|titties|boobs|pussy|naked|nipples|vagina)',
      '(?:want|going|would|love|like|wish|can|could|let|will) (?:to|me|i|love to|like to)? _1 (?:fuck|bang|screw|finger|lick|cum|mount|hump|grope) (?:on|in|inside)? (?:you|her|him|your|u) (?!over)',
      '(?:spread|open) (?:your|her|those) ~1 legs',
      'bend (?:you|her|him|over) (?:over)? (?:for|the|and|this|my)',
      '(?:see|touch|taste|feel) my ~1 <X>',
      'sit on (?:my|his) (?:face|<X>)',
      'i (?:am|will|want|would) _3 rape (?:you|her|him|your|them)',
      'get on your knees',
      '(?:grab|touch|rub|squeeze|play with) (?:your|her|my|his) ~1 <X>',
      'my <X> (?:in|inside|down|up|on) (?:your|her|his|you)',
    ],
    reason: 'sexual abuse or an unwanted sexual advance',
  },
  {
    name: 'explicit',
    category: 'sexual',
    score: 0.6,
    needs: 'X',
    patterns: ['<X> _9 <X>'],
    reason: 'sexually explicit',
  },
]

export const selfHarm: Rule[] = [
  {
    name: 'own-harm',
    category: 'self_harm',
    score: 0.7,
    patterns: [
      'i (?:want|am going|will|have decided|plan|need|am ready|keep thinking about|think about|wish i could|might|should)? (?:to|of)? (?:just)? (?:kill|killing|hang|starve|starving|end|cut|cutting|hurt|hurting) (?:myself|my life)',
      'i (?:want|wish|am ready|would like) (?:to|i was|i were) (?:just)? (?:die|dead) (?!of|than|laughing)',
      '(?:end|ending|take|taking) (?:my|it all|my own) (?:life|tonight|own life)',
      '(?:commit|committing|attempt|attempting|considering|contemplating) suicide',
      'i (?:do|can) not want to (?:live|be alive|be here anymore|exist|wake up)',
      'i (?:am|feel|have been) (?:feeling)? suicidal',
      '(?:cut|cutting|slit|slitting) my (?:wrists|wrist|arms|arm|thighs|veins)',
      'no (?:reason|point) (?:to|in) (?:live|living|be alive|being alive)',
      'better off without me',
      'ways to (?:kill myself|commit suicide|die|self harm|hide (?:my)? (?:cuts|scars))',
      '(?:to|will|going to|might) (?:overdose|overdosing)',
      '(?:overdose|overdosing) on',
      'self harm',
    ],
    reason: 'speaks of harming oneself; meant for care, not for punishment',
  },
]
