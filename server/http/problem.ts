import { ERROR_HELP, ERRORS, type ErrorCode, type HubError, Problem } from '#protocol'

/** How soon a caller may come back after a 503, seconds. */
const RETRY_SECONDS = 2

/** The body and headers that tell an error over HTTP, as RFC 9457 has it. */
export function toProblem(
  error: HubError,
  instance?: string,
): { body: Problem; headers: Record<string, string> } {
  const { status, title } = ERRORS[error.code]
  const errors = error.details?.errors as Problem['errors']
  return {
    body: {
      type: `urn:auralink:problem:${error.code}`,
      title,
      status,
      detail: error.message,
      code: error.code,
      ...(instance === undefined ? {} : { instance }),
      ...(errors === undefined ? {} : { errors }),
    },
    headers: {
      'content-type': 'application/problem+json',
      ...(status === 401 ? { 'www-authenticate': challenge(error.code) } : {}),
      ...retryAfter(error),
    },
  }
}

/** What can happen to every route of the API. */
const COMMON: ErrorCode[] = [
  'malformed',
  'too_large',
  'unauthenticated',
  'token_expired',
  'rate_limited',
  'internal',
  'degraded',
  'draining',
]

/** The `response` entries of an API route's schema for the errors that it can answer. */
export function problems(...codes: ErrorCode[]) {
  return onlyProblems(...new Set([...codes, ...COMMON]))
}

/** As `problems`, for these codes alone. */
export function onlyProblems(...codes: ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      status,
      {
        description: of.map((code) => `\`${code}\`: ${ERROR_HELP[code]}`).join(' '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}

function challenge(code: ErrorCode): string {
  return code === 'token_expired'
    ? 'Bearer error="invalid_token", error_description="The token has ended"'
    : 'Bearer'
}

function retryAfter({ code, details }: HubError): Record<string, string> {
  const inMs = details?.retry_in_ms
  if (typeof inMs === 'number') return { 'retry-after': String(Math.ceil(inMs / 1000)) }
  return ERRORS[code].status === 503 ? { 'retry-after': String(RETRY_SECONDS) } : {}
}
