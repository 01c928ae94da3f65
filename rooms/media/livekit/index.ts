/**
 * LiveKit rooms as media of the hub's rooms: the agents join them by rtc-node, people there are people of the room, what
 * they say is heard, and what the room says reaches them as text and voice. May import #rooms and #protocol.
 *
 * What a page that knows LiveKit alone sees of the hub:
 * - the agents as one participant of kind AGENT, with `lk.agent.state`, `lk.agent.name`, and `aura.opted_out` (identities,
 *   as a JSON list, of those who are not transcribed); their voice as a microphone track
 * - text streams `lk.transcription` (sender: who speaks; `lk.segment_id`, `lk.transcription_final`,
 *   `lk.transcribed_track_id`), `lk.chat` both ways, and `aura.summary` (JSON). People who are in the hub's room alone are
 *   senders, too, under the identity that they would have here: `aura.speaker_name` says who that is
 * - what is for one participant alone as `lk.chat` to that one
 *
 * A participant is not transcribed while their attribute `aura.transcription` is `off`; to set it, their token needs
 * `canUpdateOwnMetadata`.
 */
export { createIdentities, type Identities } from './identity.ts'
export { createLiveKitMedia } from './media.ts'
export type * from './types.ts'
