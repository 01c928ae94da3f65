import { type AsyncApiDocument, asyncApi } from '#protocol'
import type { App } from '../types.ts'

/** What describes the wire to programs, without a token: REST as OpenAPI, the socket as AsyncAPI. */
export function wireDocuments(app: App): void {
  let socket: AsyncApiDocument | undefined

  app.get('/openapi.json', {
    config: { open: true },
    schema: { hide: true },
    handler: async () => app.swagger(),
  })

  app.get('/asyncapi.json', {
    config: { open: true },
    schema: { hide: true },
    handler: async () => {
      socket ??= asyncApi()
      return socket
    },
  })
}
