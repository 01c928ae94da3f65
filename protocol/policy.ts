import { z } from 'zod'
import { storable } from './text.ts'

/** How long something holds: at most a year, so that an end is always a date. */
export const minutes = z.number().positive().max(525_600)

/** What the policy can do about a person by itself. */
export const PolicyAction = z.enum(['warn', 'mute', 'remove'])
export type PolicyAction = z.infer<typeof PolicyAction>

/** What is done about a case when nobody has decided it in time. */
export const ExpiryDecision = z.enum(['approve', 'reject'])
export type ExpiryDecision = z.infer<typeof ExpiryDecision>

/** How grave what was said is: `grave` skips the warning. */
export const Gravity = z.enum(['low', 'high', 'grave'])
export type Gravity = z.infer<typeof Gravity>

const Rung = z
  .strictObject({
    action: PolicyAction,
    minutes: minutes.exactOptional().describe('of a mute or a removal; absent: until undone'),
  })
  .refine((rung) => rung.action !== 'warn' || rung.minutes === undefined, {
    message: 'A warning has no minutes.',
    path: ['minutes'],
  })
export type Rung = z.infer<typeof Rung>

const rungs = z.array(Rung).min(1).max(10)
const score = z.number().min(0).max(1)
const text = z
  .string()
  .min(1)
  .max(1000)
  .refine((told) => told === storable(told), 'must be well-formed Unicode')
  .exactOptional()

/** Each field as a room may set it. */
const fields = {
  automatic: z
    .boolean()
    .describe('false: nothing acts alone; what is under way waits for a person too'),
  waits: z.array(PolicyAction).max(3).describe('actions that wait for a person'),
  ask_when_unsure: z
    .boolean()
    .describe('a person is asked about what the local stages are unsure of'),
  act_from: score.describe('score from which something is a ground for acting'),
  ask_from: score.describe('score from which a person is asked whether something is one'),
  ladder: rungs.describe('what is done at the first strike, the second, and so on'),
  grave: rungs.describe('the same about what is grave'),
  strike_decay_minutes: minutes.describe('a strike counts for so long'),
  expires_after_minutes: minutes.describe('a case waits for a person for so long'),
  on_expiry: ExpiryDecision.describe('what is done then'),
  tell: z
    .strictObject({ warn: text, mute: text, remove: text })
    .describe('told to the person; `{reason}` and `{minutes}` are filled in'),
}

/** How moderation behaves in a room. The defaults: a strike warns, the second mutes, the third removes. */
export const ModerationPolicy = z.object({
  automatic: fields.automatic.default(true),
  waits: fields.waits.default([]),
  ask_when_unsure: fields.ask_when_unsure.default(true),
  act_from: fields.act_from.default(0.75),
  ask_from: fields.ask_from.default(0.6),
  ladder: fields.ladder.default([
    { action: 'warn' },
    { action: 'mute', minutes: 5 },
    { action: 'remove', minutes: 60 },
  ]),
  grave: fields.grave.default([
    { action: 'mute', minutes: 5 },
    { action: 'remove', minutes: 60 },
  ]),
  strike_decay_minutes: fields.strike_decay_minutes.default(30),
  expires_after_minutes: fields.expires_after_minutes.default(60),
  on_expiry: fields.on_expiry.default('reject'),
  tell: fields.tell.default({}),
})
export type ModerationPolicy = z.output<typeof ModerationPolicy>

/**
 * Some of a policy. Without defaults: what is left out stays as it is. A name that is none is refused: a misspelt `automatic`
 * would leave the policy acting, and misspelt `minutes` mute for good.
 */
export const SomeModerationPolicy = z.strictObject(fields).partial()
export type SomeModerationPolicy = z.output<typeof SomeModerationPolicy>
