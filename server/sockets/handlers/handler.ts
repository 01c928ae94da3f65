import type { Agents } from '#agents'
import type { Ack, Command, CommandName } from '#protocol'
import type { Rooms } from '#rooms'
import type { Auth } from '../../auth/index.ts'
import type { Sittings } from '../../sittings.ts'
import type { Desks } from '../desks.ts'
import type { Readers } from '../readers.ts'
import type { HubSocket } from '../types.ts'

/** What an ack adds to `ok: true`. */
export type Outcome<N extends CommandName> = Omit<Ack<N>, 'ok'>

interface CommandContext<N extends CommandName> {
  socket: HubSocket
  /** Acks at once, for what must be acked in the very tick; a handler that calls it returns nothing. */
  reply(outcome: Outcome<N>): void
}

/** Serves one command, already parsed; what it throws is the ack's error. */
export type Handler<N extends CommandName> = (
  command: Command<N>,
  context: CommandContext<N>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that has replied returns nothing
) => Promise<Outcome<N> | void>

export type Handlers = { [N in CommandName]: Handler<N> }

/** What handlers work with. */
export interface HandlerDeps {
  rooms: Rooms
  agents: Pick<Agents, 'ask' | 'interrupt' | 'review'>
  auth: Pick<Auth, 'verifyToken'>
  readers: Readers
  sittings: Pick<Sittings, 'read'>
  desks: Desks
  /** The socket's token is another now: its end has to be watched anew. */
  watchExpiry: (socket: HubSocket) => void
}
