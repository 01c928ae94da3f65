/**
 * The contract: what a hub and a client must agree on, as zod schemas, the catalogue of errors and
 * the rule of visibility. Imports nothing from the other folders.
 */
export * from './acks.ts'
export { type AsyncApiDocument, asyncApi } from './asyncapi/index.ts'
export * from './audit.ts'
export * from './commands.ts'
export * from './errors.ts'
export * from './events.ts'
export * from './operations.ts'
export * from './policy.ts'
export * from './principal.ts'
export * from './privacy.ts'
export * from './rest.ts'
export * from './settings.ts'
export * from './text.ts'
export * from './visibility.ts'
