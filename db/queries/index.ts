/** Queries that more than one place needs, or whose place may not speak SQL. */
export * from './arrival.ts'
export * from './connections.ts'
export * from './idempotency.ts'
export * from './recordings.ts'
export * from './retention.ts'
export * from './room-agents.ts'
export * from './room-log.ts'
export * from './rooms.ts'
