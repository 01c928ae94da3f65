export type KeyAction =
  | 'next'
  | 'previous'
  | 'claim'
  | 'approve'
  | 'change'
  | 'reject'
  | 'undo'
  | 'open'
  | 'help'

/** Every key of the desk; each is also a button. */
export const KEYS: Record<KeyAction, { key: string; also?: string; does: string }> = {
  next: { key: 'j', also: 'ArrowDown', does: 'Next case' },
  previous: { key: 'k', also: 'ArrowUp', does: 'Case before' },
  claim: { key: 'c', does: 'Claim it, or give it back' },
  approve: { key: 'a', does: 'Approve' },
  change: { key: 'e', does: 'Change action or length, then approve' },
  reject: { key: 'r', does: 'Reject' },
  undo: { key: 'u', does: 'Undo the case shown, or your last decision' },
  open: { key: 'o', does: 'Open the evidence in its room' },
  help: { key: '?', does: 'Show these keys' },
}

/** The action of a key press; none while someone types, or for a browser's own shortcut. */
export function actionOf(event: KeyboardEvent): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return undefined
  const { target } = event
  if (target instanceof Element && target.closest('input, textarea, select, dialog'))
    return undefined
  for (const [action, { key, also }] of Object.entries(KEYS))
    if (event.key === key || event.key === also) return action as KeyAction
  return undefined
}
