/** The tables by domain. Rights on them are in the migrations: RLS is forced on every one. */
export * from './agents.ts'
export * from './arrival.ts'
export * from './http.ts'
export * from './moderation.ts'
export * from './nodes.ts'
export * from './recordings.ts'
export * from './rooms.ts'
