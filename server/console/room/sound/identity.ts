/**
 * The participant's id of a LiveKit identity. The hub itself gives a signed-in user the identity `hub.`, their id
 * in base64url, and a signature, so that their socket and their LiveKit presence are one participant.
 */
export function participantOf(room: string, identity: string): string {
  const id = /^hub\.([\w-]+)\.[\w-]+$/.exec(identity)?.[1]
  if (id === undefined) return `lk:${room}:${identity}`
  try {
    const bytes = atob(id.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
    )
  } catch {
    return `lk:${room}:${identity}`
  }
}
