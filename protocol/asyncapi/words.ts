import type { CommandName } from '../commands.ts'
import type { CLOSE_CODES } from '../errors.ts'
import type { DurableType, EphemeralType } from '../events.ts'

/** What the document says of a message: in a line, and when and why it is sent. */
export interface Words {
  summary: string
  description: string
}

const words = (summary: string, description: string): Words => ({ summary, description })

/** Every command has its words: a new one does not compile without. */
export const COMMAND_WORDS: Record<CommandName, Words> = {
  'room.join': words(
    'Enter a room, or come back to it',
    "Send it after every connect. Without `since` the ack has a `snapshot` and no events. With the `epoch` and the highest `seq` that you have seen, `recovered: true` comes with the events after it (the first 500; `more`: fetch the rest with `room.history` up to the ack's `seq`), and `recovered: false` with a snapshot when the hub cannot vouch for a complete resume. No live event at or below the ack's `seq` follows the ack. `watch` reads along and is nobody's participant. A room that does not exist is made, and is owned by who joins first.",
  ),
  'room.history': words(
    'Page through the log',
    'After a join that said `more`, or to go further back. Events after a seq, oldest first, each as you may see it; ask again after the last seq while `more` is true.',
  ),
  'room.leave': words(
    'Leave a room on this connection',
    'Others see `participant.left` 10 s after the last connection of a person has gone, so that a reload is no leaving.',
  ),
  'caption.push': words(
    'Say something in text: what was understood so far, or for good',
    'For clients that transcribe by themselves. Send partials (`final: false`) as they change and one final a `segment`; partials replace each other, and a second final of the same segment is acked `duplicate: true`. The ack of a final means: committed.',
  ),
  'audio.start': words(
    'Open your microphone in a room',
    'After its ack send `audio.frame` as sound is recorded; what is heard comes as `transcript.partial` and `transcript.final`. One stream a connection: another `audio.start` ends the one before, also when it is refused. It ends, too, with the connection and when you leave the room. While you are muted or have opted out, nothing of it is heard.',
  ),
  'audio.stop': words(
    'Close your microphone',
    'What was said until then is still transcribed. Closing one that is not open does nothing.',
  ),
  'chat.send': words(
    'Write in the room, or with `to` to one person',
    'The ack has the seq of the message and means: committed. A private message is seen by its author, its addressee and, where the room says so, moderators; others get its seq as `hidden`.',
  ),
  'transcription.set': words(
    'Opt out of being transcribed, or in again',
    "A person's own choice. Captions of who has opted out are refused, and the room shows it.",
  ),
  'agent.ask': words(
    "Ask the room's agent",
    'The ack has the `run`; the answer streams as `talkback.delta` and ends as `talkback.said` with `citations`, the seqs that say so. A private question is answered to the asker alone.',
  ),
  'agent.interrupt': words(
    'Stop an agent in mid-answer',
    'Barge-in: without `run`, everything that agents are saying in the room.',
  ),
  'moderation.act': words(
    'Warn, mute, remove or restore a person',
    'For moderators. It opens a case that says who did what and why; without `minutes` it holds until undone.',
  ),
  'moderation.review': words(
    'Decide a case',
    'For moderators: approve what is proposed (with `action` or `minutes`: in a changed form), reject it, or undo what was done.',
  ),
  'moderation.claim': words(
    'Say that you take care of a case, or no longer do',
    'For moderators. A courtesy between them: it lapses after five minutes; what another has claimed is refused as `conflict`, with who.',
  ),
  'desk.watch': words(
    'Watch the cases of all rooms that you moderate',
    'The ack has the cases now; moderation events of those rooms, and what is erased in them, follow without joining them. Send it again after every connect.',
  ),
  'auth.refresh': words(
    'Give a live connection a new token',
    'Send it before the old one ends (close code 4001). It must be of the same user; the ack says which rooms the new one keeps and which it loses.',
  ),
}

/** Sound has no ack, so its words are not among the commands'. */
export const FRAME_WORDS: Words = words(
  'Sound of your microphone',
  'PCM16, one channel, little-endian, at the `sample_rate` of `audio.start`: one binary argument of at most 32 KB, without an ack. Frames before the ack of `audio.start`, and after the end of the stream, are dropped. The connection is closed with 1009 for a larger frame, for more than 100 frames that are no PCM16, and for sound that comes much faster than anybody speaks.',
)

/** Every durable event has its words. */
export const DURABLE_WORDS: Record<DurableType, Words> = {
  'room.opened': words('A room has opened', 'The first join, or the first after it was closed.'),
  'room.closed': words(
    'A room has closed',
    'A moderator ended it, or it stood empty for its `empty_timeout_ms`. Its log stays.',
  ),
  'participant.joined': words(
    'A person or an agent is in the room',
    'Once a person, however many connections they have.',
  ),
  'participant.updated': words(
    'Something about a participant has changed',
    'Only what changed is there: the name, until when they are muted, whether they opted out of transcription.',
  ),
  'participant.left': words(
    'A participant has left',
    '`left` 10 s after the last connection has gone; `lost` when the hub found it out after a crash.',
  ),
  'transcript.final': words(
    'What a person said, for good',
    'Final once for each `segment`. It is what agents read, summaries rest on and citations point to.',
  ),
  'transcript.gap': words(
    'Speech that was not heard',
    'Said while nobody could transcribe it, so that a transcript never pretends to be whole.',
  ),
  'chat.message': words('A person wrote', 'With `to`: to one person.'),
  'talkback.said': words(
    'What an agent said, whole',
    "Ends the deltas of its `run`. `citations` are seqs of this room's log; `interrupted`: it was cut short, and `text` is what was said until then.",
  ),
  'summary.updated': words(
    'The rolling summary has a new version',
    'The whole summary, up to the seq `upto`; every item names the seqs that say so.',
  ),
  'moderation.flagged': words(
    'Something was said that moderators should see',
    'For moderators. A case begins or grows. With `expires_at` nothing is done yet: it waits for `moderation.review`, until then; `on_expiry` says what happens without one. Else what is done about it follows as `moderation.acted`.',
  ),
  'moderation.acted': words(
    'A person was warned, muted, removed or restored',
    'Moderators and the person get it whole; others `target` and `action` alone.',
  ),
  'moderation.reviewed': words(
    'A case was decided',
    'For moderators; by the system, with the note `expired`, when nobody did in time. What the decision brings about comes as `moderation.acted`.',
  ),
  'run.started': words('An agent has begun to work', 'On a question, a greeting or a summary.'),
  'run.finished': words(
    "An agent's work has ended",
    'With what became of it; whoever waits for an answer of that `run` need not any more.',
  ),
}

/** Every ephemeral event has its words. */
export const EPHEMERAL_WORDS: Record<EphemeralType, Words> = {
  'transcript.partial': words(
    'What a person is saying, so far',
    'Replaces the earlier partial of its `segment`, until the final does.',
  ),
  'talkback.delta': words(
    'What an agent is saying, so far',
    '`text` is the whole text so far, so that a lost delta does no harm.',
  ),
  'talkback.audio': words(
    'What an agent says, aloud',
    'Pieces of PCM16 (one channel, little-endian) in the order of `index`; play them one after another, and drop what is left at `talkback.stop`.',
  ),
  'participant.speaking': words(
    'A person began or ended to speak',
    'By voice activity, before there are words; for people whose sound the hub hears.',
  ),
  'transcription.delayed': words(
    'Words come late',
    'The transcriber is behind what is said and catches up; `behind_ms` is 0 when it has.',
  ),
  'talkback.stop': words(
    'An agent was stopped',
    'Stop playing and showing what is left of that `run`.',
  ),
  'agent.state': words('What an agent is doing', 'For a light beside its name.'),
  'moderation.claimed': words(
    'A moderator takes care of a case, or no longer does',
    'For moderators. `by` is null when nobody does any more.',
  ),
  'room.updated': words(
    "The room's settings were changed",
    'All of them, as they are now: whether agents speak aloud, and what sound is kept. Also for you alone after a resume, since no log has them.',
  ),
  'room.degraded': words(
    'The database is away',
    'What is said goes on as pending events, without a seq; acks wait.',
  ),
  'room.recovered': words(
    'The database is back',
    'Pending events have come again with their seqs.',
  ),
  'server.draining': words(
    'This node is about to stop',
    'The connection closes with 4009 soon. Connect again after `reconnect_in_ms`, and resume.',
  ),
}

/** When each close code is used, and what a client does then. */
export const CLOSE_WORDS: Record<keyof typeof CLOSE_CODES, string> = {
  tokenExpired: 'The token has ended. Connect again with a new one.',
  slowConsumer:
    'The client does not read as fast as its rooms talk. Connect again and resume; join fewer rooms.',
  draining: 'This node is stopping. Connect again and resume.',
  tooLarge:
    'A frame was over 64 KB, one of sound over 32 KB, or more sound came than people can say. Do not send it again.',
}
