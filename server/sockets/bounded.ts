/** How many bytes of events one answer holds: well below what closes a slow reader's connection. */
const MAX_ANSWER_BYTES = 256 * 1024

/** An answer whose events are cut where they get too long for one frame; `more` tells it. */
export function bounded<T extends { events: object[] }>(answer: T): T & { more?: true } {
  let bytes = 0
  const end = answer.events.findIndex((event, i) => {
    bytes += Buffer.byteLength(JSON.stringify(event))
    return i > 0 && bytes > MAX_ANSWER_BYTES
  })
  if (end === -1) return answer
  return { ...answer, events: answer.events.slice(0, end), more: true }
}
