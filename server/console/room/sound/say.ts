import type { SoundState } from './types.ts'

/** What becomes of one's own voice. `more` is what there is no room for on a phone. */
export function sayOwn(
  { phase, microphone }: SoundState,
  silenced: { muted: boolean; optedOut: boolean },
  { isCall, late }: { isCall: boolean; late: boolean },
): { what: string; more?: string } {
  if (phase === 'starting')
    return { what: isCall ? 'Joining the call …' : 'Opening the microphone …' }
  if (phase === 'cut')
    return { what: 'The connection is cut: nobody hears you. It comes back by itself.' }
  if (microphone === 'taken' || silenced.muted)
    return { what: 'A moderator muted you: nothing that you say is heard.' }
  if (microphone === 'given') return { what: 'You may speak again.' }
  if (microphone === 'none') return { what: 'You are in the call, without a microphone.' }
  if (microphone === 'muted') return { what: 'Your microphone is muted.' }
  if (silenced.optedOut)
    return {
      what: isCall
        ? 'People hear you; you are not transcribed.'
        : 'You are not transcribed: the hub does not listen to you.',
    }
  return {
    what: isCall ? 'People and agents hear you.' : 'The hub hears you.',
    more: late
      ? 'Your words come late: the transcriber is getting ready, or catching up.'
      : 'Your words appear in the transcript.',
  }
}
