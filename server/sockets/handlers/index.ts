import { agentAsk, agentInterrupt } from './agent.ts'
import { audioStart, audioStop } from './audio.ts'
import { authRefresh } from './auth-refresh.ts'
import { captionPush } from './caption-push.ts'
import { chatSend } from './chat-send.ts'
import { deskWatch } from './desk-watch.ts'
import type { HandlerDeps, Handlers } from './handler.ts'
import { moderationAct, moderationClaim, moderationReview } from './moderation.ts'
import { roomHistory } from './room-history.ts'
import { roomJoin } from './room-join.ts'
import { roomLeave } from './room-leave.ts'
import { transcriptionSet } from './transcription-set.ts'

/** Every command with what serves it. */
export function createHandlers(deps: HandlerDeps): Handlers {
  return {
    'room.join': roomJoin(deps),
    'room.history': roomHistory(deps),
    'room.leave': roomLeave(deps),
    'caption.push': captionPush(deps),
    'audio.start': audioStart(deps),
    'audio.stop': audioStop(),
    'chat.send': chatSend(deps),
    'transcription.set': transcriptionSet(deps),
    'agent.ask': agentAsk(deps),
    'agent.interrupt': agentInterrupt(deps),
    'moderation.act': moderationAct(deps),
    'moderation.review': moderationReview(deps),
    'moderation.claim': moderationClaim(deps),
    'desk.watch': deskWatch(deps),
    'auth.refresh': authRefresh(deps),
  }
}
