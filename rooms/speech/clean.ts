/** What is known of the sound that a text is said to be the words of. */
export interface Evidence {
  /** Length of the sound, ms. */
  soundMs: number
  /** How much of it is voice, ms. */
  voicedMs: number
  /** How sure it is that this was voice, 0 to 1. */
  certainty: number
  /** The transcriber's own, where it gives one. */
  confidence?: number
}

/** Nobody says so many characters a second; a transcriber that does is not hearing, but making up. */
const MOST_CHARACTERS = 60
/** What may come on top, since short sounds are measured coarsely. */
const SLACK = 120

/** What stands for sounds that are no words: [BLANK_AUDIO], (music), *coughs*, ♪ la la ♪. */
const SOUNDS = /\[[^\]]{0,60}\]|\([\p{L} ,.'-]{0,60}\)|\*[^*]{1,60}\*|♪[^♪]*♪?|<\|[^|]{1,40}\|>/gu

/** Whisper learned these from subtitles. As a whole text nobody in a meeting says them. */
const SUBTITLES =
  /^(subtitles? (by|made)|captions? by|transcri(bed|ption) by|translated by|amara\.org|.*amara\.org community|(please )?(like and )?subscribe( to)? (my|our|the|this) channel|don't forget to (like|subscribe)|www\.|copyright )/iu

/** What Whisper makes of noise and breath. People say these too: they are dropped only where hardly a voice was heard. */
const OF_NOISE = new Set([
  'you',
  'oh',
  'uh',
  'um',
  'mm',
  'hmm',
  'ah',
  'so',
  'the',
  'i',
  'and',
  'bye',
  'bye bye',
  'okay',
  'thank you',
  'thank you very much',
  'thank you so much',
  'thanks',
  'thanks for watching',
  'thank you for watching',
  'thanks for listening',
  "i'm sorry",
  "i'll see you next time",
  'see you next time',
])
/** Voice that the shortest of these takes for each syllable, about, ms. */
const SYLLABLE = 110
/** Below, the VAD was in doubt itself. */
const UNSURE = 0.6

/** Times that a phrase follows itself before it is a loop of the transcriber: people say "no no no". */
const LOOP_OF_WORDS = 6
const LOOP_OF_PHRASES = 3

/** Quick talkers reach so many characters in a second of voice. */
const QUICK = 20

/** More than anybody can have said in that time. */
export function isAbsurd(text: string, soundMs: number): boolean {
  return text.length > SLACK + (soundMs / 1000) * MOST_CHARACTERS
}

/** The words of a transcript without what was made up: noises in brackets, loops, subtitles, words of noise. */
export function cleanTranscript(text: string, evidence: Evidence): string {
  const words = withoutEcho(
    withoutLoops(text.replace(SOUNDS, ' ').replace(/\s+/gu, ' ').trim()),
    evidence,
  )
  const bare = bareOf(words)
  if (bare === '' || SUBTITLES.test(words)) return ''
  if (OF_NOISE.has(bare) && isDoubtful(bare, evidence)) return ''
  return words
}

/** Letters and digits alone, in lower case. */
function bareOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}' ]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

function isDoubtful(bare: string, { voicedMs, certainty, confidence }: Evidence): boolean {
  const syllables = Math.max(1, Math.round(bare.replaceAll(' ', '').length / 3))
  return (
    voicedMs < Math.min(4, syllables) * SYLLABLE ||
    certainty < UNSURE ||
    (confidence !== undefined && confidence < 0.3)
  )
}

/** Whisper may say a short phrase twice: once is enough where there was no time for both. */
function withoutEcho(text: string, { voicedMs }: Evidence): string {
  const words = text.split(' ')
  const half = words.slice(0, words.length / 2)
  const isEcho =
    half.length > 1 && bareOf(half.join(' ')) === bareOf(words.slice(half.length).join(' '))
  return isEcho && text.length > (voicedMs / 1000) * QUICK ? half.join(' ') : text
}

/** Whisper may repeat itself to the end of its window: of a loop one round is kept. */
function withoutLoops(text: string): string {
  const words = text.split(' ')
  const same = words.map(bareOf)
  const kept: string[] = []
  for (let i = 0; i < words.length; ) {
    const { length, times } = loopAt(same, i)
    kept.push(...words.slice(i, i + length))
    i += length * times
  }
  return kept.join(' ')
}

/** The loop that begins here, or the one word that is none. */
function loopAt(words: string[], from: number): { length: number; times: number } {
  for (let length = 1; length <= 12 && from + length < words.length; length++) {
    let same = 0
    while (
      from + length + same < words.length &&
      words[from + same] === words[from + length + same]
    )
      same += 1
    const times = 1 + Math.floor(same / length)
    if (times > (length === 1 ? LOOP_OF_WORDS : LOOP_OF_PHRASES)) return { length, times }
  }
  return { length: 1, times: 1 }
}
