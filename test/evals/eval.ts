/** One measurement of quality. `npm run eval` runs them all, or those whose names are given. */
export interface Eval {
  name: string
  /** Measures and prints its own table; throws only when it could not measure. */
  run(): Promise<void>
}
