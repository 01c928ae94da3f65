const BY_NAME: Record<string, string> = {
  NotAllowedError:
    'The browser may not use the microphone. Allow it for this page (beside the address), then try again.',
  NotFoundError: 'No microphone was found. Connect one, then try again.',
  OverconstrainedError: 'No microphone was found. Connect one, then try again.',
  NotReadableError:
    'The microphone cannot be read: another program may have it. Close that, then try again.',
  InsecureContextError:
    'A page that does not come by https may not use the microphone. Open the hub by https, or on its own machine.',
  UnpluggedError: 'The microphone is gone. Connect it again, then try again.',
}

/** What is wrong with a microphone, and what the person can do. */
export function sayProblem(error: unknown): string {
  const { name = '', message = '' } = (error ?? {}) as { name?: string; message?: string }
  // LiveKit's own errors hold the browser's
  const inner = (error as { cause?: { name?: string } } | undefined)?.cause?.name ?? ''
  const known = BY_NAME[name] ?? BY_NAME[inner]
  if (known !== undefined) return known
  return message === '' ? 'The sound could not be started. Try again.' : message
}

/** An error that `sayProblem` knows. */
export function problem(name: keyof typeof BY_NAME): Error {
  return Object.assign(new Error(name), { name })
}
