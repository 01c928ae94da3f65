import type { Command, CommandName } from '#protocol'

/** How long a command's id is known, ms. */
const KEPT_MS = 600_000

/**
 * Knows ids of commands that were acked. What writes is done once by its room; what only reads, joins or
 * leaves is done again, since it is about this very socket, and its ack says `duplicate` all the same.
 */
export function createRepeats(clock: () => number) {
  const acked = new Map<string, number>()

  return {
    /** Whether this user had the same command with the same id acked before; remembers that they have. */
    isRepeat(userId: string, name: CommandName, command: Command<CommandName>): boolean {
      if (command.id === undefined) return false
      forget()
      const room = 'room' in command ? command.room : ''
      // none of them holds a line break
      const key = [userId, name, room, command.id].join('\n')
      if (acked.has(key)) return true
      acked.set(key, clock())
      return false
    },
    get size() {
      return acked.size
    },
  }

  function forget(): void {
    for (const [key, at] of acked) {
      if (at > clock() - KEPT_MS) return
      acked.delete(key)
    }
  }
}
