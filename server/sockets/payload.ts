import { type Command, type CommandName, commands, HubError } from '#protocol'

/** `details.fields` of an invalid command. */
interface FieldProblem {
  field: string
  problem: string
}

const MAX_PROBLEMS = 10

/**
 * A command's payload, parsed.
 *
 * @throws HubError `malformed` for what is no object or has binary parts, `too_large` for a text over
 * its limit, `invalid` with the fields that are wrong
 */
export function parsePayload<N extends CommandName>(name: N, args: unknown[]): Command<N> {
  const payload = takesNothing(name, args) ? {} : args[0]
  if (args.length > 1) throw malformed('takes one object and an ack, and nothing else')
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw malformed('takes an object')
  if (isBinary(payload) || Object.values(payload).some(isBinary))
    throw malformed('takes no binary data')
  const parsed = commands[name].safeParse(payload)
  // the schema of this very name has parsed it
  if (parsed.success) return parsed.data as Command<N>

  const { issues } = parsed.error
  for (const issue of issues)
    if (issue.code === 'custom' && issue.params?.code === 'too_large')
      throw new HubError('too_large', `\`${issue.path.join('.')}\` ${issue.message}.`)
  const fields = issues
    .slice(0, MAX_PROBLEMS)
    .map((issue): FieldProblem => ({ field: issue.path.join('.'), problem: issue.message }))
  throw new HubError('invalid', fields.map((f) => `\`${f.field}\`: ${f.problem}`).join('; '), {
    details: { fields },
  })
}

/** Whether it came without its object; one that needs no fields may also come with null in its place. */
function takesNothing(name: CommandName, args: unknown[]): boolean {
  if (args.length === 0) return true
  return (args[0] ?? null) === null && commands[name].safeParse({}).success
}

function isBinary(value: unknown): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer
}

function malformed(what: string): HubError {
  return new HubError('malformed', `A command ${what}.`)
}
