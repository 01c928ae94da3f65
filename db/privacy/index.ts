/**
 * Where personal data is, place by place: what an export reads and an erasure takes away. Places that are
 * more than rows (live rooms, recordings, checkpoints) are made by the folders whose they are.
 */
export * from './consents.ts'
export * from './requests.ts'
export { personalTables, requestRows } from './tables.ts'
export type { PersonalFile, PersonalPlace } from './types.ts'
