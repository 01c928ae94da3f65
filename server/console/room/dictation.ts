/** As much of the browser's SpeechRecognition as is used here; its types are in no library yet. */
export interface Recognition {
  continuous: boolean
  interimResults: boolean
  lang: string
  start(): void
  stop(): void
  onresult: ((event: RecognitionResult) => void) | null
  onerror: ((event: { error: string }) => void) | null
  onend: (() => void) | null
}

interface RecognitionResult {
  resultIndex: number
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>
}

export type DictationState =
  | { on: false; problem?: string }
  | { on: true; hearing: 'starting' | 'listening' | 'words'; text: string }

export interface DictationDeps {
  recognition: () => Recognition
  lang: string
  /** What was understood: partials of a segment, then its final. */
  push: (segment: string, text: string, final: boolean) => void
  changed: (state: DictationState) => void
  newId: () => string
  /** Runs something later; returns what cancels it. */
  after: (ms: number, run: () => void) => () => void
}

/** What each error means for the person, and what they can do. */
const PROBLEMS: Record<string, string> = {
  'not-allowed':
    'The browser may not use the microphone. Allow it for this page (beside the address), then start again.',
  'service-not-allowed':
    'This browser does not let pages use its speech service. Type instead, or use another browser.',
  'audio-capture': 'No microphone was found. Connect one, then start again.',
  network: 'The browser’s speech service cannot be reached. Check the network, then start again.',
  'language-not-supported':
    'The browser’s speech service does not know this language. Type instead.',
}
/** Ends of their own that come faster than this are no pauses in speech, ms. */
const TOO_SOON_MS = 1_000
const TRIES = 3

export interface Dictation {
  start(): void
  stop(): void
}

/**
 * Turns the browser's speech recognition into captions. The browser ends a recognition after a silence:
 * it is started again for as long as it is wanted.
 */
export function createDictation(deps: DictationDeps): Dictation {
  const { push, changed, newId, after } = deps
  let recognition: Recognition | undefined
  let wanted = false
  let segment = newId()
  let quick = 0
  let fresh = true
  let cancel: () => void = () => undefined

  function begin() {
    const one = deps.recognition()
    recognition = one
    fresh = true
    cancel()
    cancel = after(TOO_SOON_MS, () => {
      fresh = false
    })
    Object.assign(one, { continuous: true, interimResults: true, lang: deps.lang })
    one.onresult = (event) => {
      if (recognition === one) heard(event)
    }
    one.onerror = ({ error }) => {
      if (recognition !== one || error === 'no-speech' || error === 'aborted') return
      end(PROBLEMS[error] ?? `Speech recognition failed (${error}). Start it again, or type.`)
    }
    one.onend = () => {
      if (recognition !== one || !wanted) return
      quick = fresh ? quick + 1 : 0
      if (quick < TRIES) return begin()
      end('The browser’s speech service stops at once. Start it again, or type.')
    }
    try {
      one.start()
    } catch {
      return end('The browser did not start its speech recognition. Try again, or type.')
    }
    changed({ on: true, hearing: 'listening', text: '' })
  }

  function heard({ resultIndex, results }: RecognitionResult) {
    quick = 0
    let partial = ''
    for (let i = resultIndex; i < results.length; i++) {
      const result = results[i]
      const text = result?.[0]?.transcript ?? ''
      if (result?.isFinal !== true) {
        partial += text
        continue
      }
      if (text.trim() !== '') push(segment, text.trim(), true)
      segment = newId()
    }
    if (partial.trim() !== '') push(segment, partial.trim(), false)
    if (!wanted) return
    changed({ on: true, hearing: partial === '' ? 'listening' : 'words', text: partial.trim() })
  }

  function end(problem?: string) {
    wanted = false
    cancel()
    const one = recognition
    recognition = undefined
    changed(problem === undefined ? { on: false } : { on: false, problem })
    one?.stop()
  }

  return {
    start: () => {
      if (wanted) return
      wanted = true
      quick = 0
      changed({ on: true, hearing: 'starting', text: '' })
      begin()
    },
    stop: () => {
      if (!wanted) return
      const one = recognition
      wanted = false
      cancel()
      changed({ on: false })
      // what was said last still comes as a final after `stop`
      one?.stop()
    },
  }
}

/** The browser's own recognition, where it has one. */
export function browserRecognition(window: Window): (() => Recognition) | undefined {
  const { SpeechRecognition, webkitSpeechRecognition } = window as unknown as Record<
    string,
    (new () => Recognition) | undefined
  >
  const Made = SpeechRecognition ?? webkitSpeechRecognition
  return Made === undefined ? undefined : () => new Made()
}
