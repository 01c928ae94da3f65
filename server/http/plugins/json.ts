import type { App } from '../types.ts'

/** Bodies are JSON. An empty one is none at all, even where a client calls it JSON. */
export function parseJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') done(null, undefined)
      else void parse(request, body, done)
    },
  )
}
