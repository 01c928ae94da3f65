import type { Agents } from '#agents'
import type { Rooms } from '#rooms'
import type { Auth } from '../../auth/index.ts'
import type { Desks } from '../desks.ts'
import type { Handlers } from '../dispatch.ts'
import type { Readers } from '../readers.ts'
import type { HubSocket } from '../types.ts'
import { agentAsk, agentInterrupt } from './agent.ts'
import { authRefresh } from './auth-refresh.ts'
import { captionPush } from './caption-push.ts'
import { chatSend } from './chat-send.ts'
import { deskWatch } from './desk-watch.ts'
import { moderationAct, moderationReview } from './moderation.ts'
import { roomHistory } from './room-history.ts'
import { roomJoin } from './room-join.ts'
import { roomLeave } from './room-leave.ts'
import { transcriptionSet } from './transcription-set.ts'

/** What handlers work with. */
export interface HandlerDeps {
  rooms: Rooms
  agents: Pick<Agents, 'ask' | 'interrupt'>
  auth: Pick<Auth, 'verifyToken'>
  readers: Readers
  desks: Desks
  /** The socket's token is another now: its end has to be watched anew. */
  watchExpiry: (socket: HubSocket) => void
}

/** Every command with what serves it. */
export function createHandlers(deps: HandlerDeps): Handlers {
  return {
    'room.join': roomJoin(deps),
    'room.history': roomHistory(deps),
    'room.leave': roomLeave(deps),
    'caption.push': captionPush(deps),
    'chat.send': chatSend(deps),
    'transcription.set': transcriptionSet(deps),
    'agent.ask': agentAsk(deps),
    'agent.interrupt': agentInterrupt(deps),
    'moderation.act': moderationAct(deps),
    'moderation.review': moderationReview(deps),
    'desk.watch': deskWatch(deps),
    'auth.refresh': authRefresh(deps),
  }
}
