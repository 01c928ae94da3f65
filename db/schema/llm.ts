import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, named, usage } from './columns.ts'

export const llmProviders = pgTable('llm_providers', {
  /** `openai`, `anthropic`, `google` or `meta`. */
  id: text().primaryKey(),
  name: text().notNull(),
})

/** A price above a length of the prompt. USD for a million tokens. */
export interface LongContextTier {
  aboveTokens: number
  inputUsdPerMtok: number
  outputUsdPerMtok: number
}

/** USD for a million tokens; null: none is known. */
const prices = {
  inputUsdPerMtok: doublePrecision().notNull(),
  outputUsdPerMtok: doublePrecision().notNull(),
  cacheReadUsdPerMtok: doublePrecision(),
  cacheWriteUsdPerMtok: doublePrecision(),
  batchInputUsdPerMtok: doublePrecision(),
  batchOutputUsdPerMtok: doublePrecision(),
  longContextTiers: jsonb().$type<LongContextTier[]>().notNull().default([]),
}

/** The catalogue of models, with the prices of now. */
export const llmModels = pgTable(
  'llm_models',
  {
    id: named('model').primaryKey(),
    providerId: text()
      .notNull()
      .references(() => llmProviders.id),
    /** As its provider's API calls it. */
    modelName: text().notNull(),
    displayName: text().notNull(),
    family: text(),
    aliases: text().array().notNull().default([]),
    status: text({ enum: ['active', 'deprecated', 'retired'] }).notNull(),
    releasedOn: date(),
    /** From this day on its provider answers no more. */
    retiresOn: date(),
    contextWindow: integer().notNull(),
    maxInputTokens: integer().notNull(),
    maxOutputTokens: integer(),
    /** Null: not known. */
    capabilities: jsonb().$type<Record<string, boolean | null>>().notNull(),
    apiMode: text().notNull(),
    /** Who serves it, where that is not its provider. */
    hosts: text().array().notNull().default([]),
    ...prices,
    source: text().notNull(),
    sourceUrl: text(),
    note: text(),
    /** The day whose facts these are: older ones do not replace them. */
    asOf: date().notNull(),
  },
  (model) => [
    unique('llm_models_name').on(model.providerId, model.modelName),
    check('llm_models_status', sql`${model.status} in ('active', 'deprecated', 'retired')`),
  ],
)

/** What a model has cost since when: a row for each change. */
export const llmModelPrices = pgTable(
  'llm_model_prices',
  {
    modelId: text()
      .notNull()
      .references(() => llmModels.id, { onDelete: 'cascade' }),
    validFrom: date().notNull(),
    ...prices,
    source: text().notNull(),
  },
  (price) => [primaryKey({ columns: [price.modelId, price.validFrom] })],
)

/** Which model a person wants for which task. */
export const userLlmPreferences = pgTable(
  'user_llm_preferences',
  {
    id: named('pref').notNull(),
    userId: text().notNull(),
    /** Such as chat; null: for all that have no preference of their own. */
    taskType: text(),
    modelId: text()
      .notNull()
      .references(() => llmModels.id, { onDelete: 'cascade' }),
    settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
  },
  (preference) => [
    primaryKey({ columns: [preference.userId, preference.id] }),
    unique('user_llm_preferences_task')
      .on(preference.userId, preference.taskType)
      .nullsNotDistinct(),
    index('user_llm_preferences_model').on(preference.modelId),
  ],
)

/** Calls of models: how long they took, what they cost, whether they worked. Partitioned by month. */
export const llmPerformanceMetrics = pgTable(
  'llm_performance_metrics',
  {
    id: uuid().notNull().defaultRandom(),
    at: at().notNull(),
    userId: text().notNull(),
    modelId: text()
      .notNull()
      .references(() => llmModels.id, { onDelete: 'cascade' }),
    taskType: text().notNull(),
    succeeded: boolean().notNull(),
    errorCode: text(),
    latencyMs: doublePrecision().notNull(),
    firstTokenMs: doublePrecision(),
    ...usage,
    requestId: text(),
  },
  (metric) => [
    primaryKey({ columns: [metric.id, metric.at] }),
    index('llm_performance_metrics_user').on(metric.userId, metric.modelId, metric.at),
    index('llm_performance_metrics_model').on(metric.modelId, metric.at),
  ],
)
