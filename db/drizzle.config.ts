import { defineConfig } from 'drizzle-kit'

/** For `npx drizzle-kit generate --config db/drizzle.config.ts`. Never `push`: it forgets RLS. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/schema/index.ts',
  out: './db/migrations',
  casing: 'snake_case',
})
