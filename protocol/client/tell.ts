import type { WireEvent } from '../events.ts'
import type { PlayReport } from './play.ts'
import { isBlank, isDurable } from './reduce.ts'

/** Prints what comes back from a room while a meeting is played, and how far it is. */
export function createTeller(print: (line: string) => void) {
  let startedAt: number | undefined
  const told = new Set<string>()
  const names = new Map<string, string>()

  const stamp = (at: number) => {
    startedAt ??= at
    const seconds = Math.max(0, Math.floor((at - startedAt) / 1000))
    return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
  }

  return {
    event(event: WireEvent) {
      if (isBlank(event) || !isDurable(event) || told.has(event.id)) return
      told.add(event.id)
      names.set(event.actor.id, event.actor.name)
      const line = lineOf(event, (id) => names.get(id) ?? id)
      if (line !== undefined) print(`${stamp(event.at)}  ${line}`)
    },
    turn(done: number, of: number) {
      if (done % 10 === 0 || done === of) print(`       … turn ${done} of ${of}`)
    },
  }
}

function lineOf(event: WireEvent, name: (id: string) => string): string | undefined {
  if (!isDurable(event)) return undefined
  const { actor } = event
  switch (event.type) {
    case 'participant.joined':
      return `+ ${actor.name}`
    case 'participant.left':
      return `- ${actor.name} (${event.data.reason})`
    case 'talkback.said': {
      const { text, citations = [], interrupted } = event.data
      const to = event.to === undefined ? '' : ` to ${name(event.to)}`
      const cited = citations.length === 0 ? '' : ` [${citations.join(', ')}]`
      return `${actor.name}${to}: ${text}${cited}${interrupted ? ' (interrupted)' : ''}`
    }
    case 'summary.updated': {
      const { version, key_points, decisions, action_items } = event.data
      const newest = decisions.at(-1)?.text ?? key_points.at(-1)?.text ?? ''
      return `summary ${version}: ${key_points.length} points, ${decisions.length} decisions, ${action_items.length} action items. ${newest}`
    }
    case 'moderation.flagged':
      return `flagged ${name(event.data.target)}: ${event.data.categories.join(', ')} (turns ${event.data.evidence.join(', ')})`
    case 'moderation.acted': {
      const { target, action, minutes, reason, by } = event.data
      const long = minutes === undefined ? '' : ` for ${Math.round(minutes * 100) / 100} min`
      return `${action} ${name(target)}${long}${reason ? `: ${reason}` : ''} (by ${name(by ?? '')})`
    }
    default:
      return undefined
  }
}

/** The short account at the end. */
export function account(report: PlayReport): string {
  const refused = report.turns.flatMap(({ speaker, refused: code }) =>
    code === undefined ? [] : [`${speaker} (${code})`],
  )
  const answered = report.answers.filter((one) => one.text !== undefined)
  const cited = answered.filter((one) => one.citations.length > 0)
  return [
    `${report.sent} turns sent, ${report.acked} acked, ${report.seen} seen by a watcher ${report.inOrder ? 'in order' : 'NOT IN ORDER'}`,
    ...(refused.length === 0 ? [] : [`${refused.length} refused: ${refused.join(', ')}`]),
    `${report.summaries} versions of the summary, ${report.summarised ? 'the last one reaches to the last turn' : 'NOT UP TO THE LAST TURN'}`,
    ...(report.answers.length === 0
      ? []
      : [
          `${report.answers.length} questions asked, ${answered.length} answered, ${cited.length} with citations`,
        ]),
    `${(report.tookMs / 1000).toFixed(1)} s`,
  ].join('\n')
}
