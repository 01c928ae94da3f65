/** The page of one room, live or closed. */
export interface RoomViewProps {
  name: string
  /** The seq to jump to and mark. It can change while the room is shown. */
  at?: number
}

/**
 * Rendered anew (by key) for another room, not for another `at`. What it needs comes from
 * `useApp()` of `../app/context.ts`: `session.hub` (a signal: a `Hub` of the typed client, there
 * whenever this is shown; it survives cuts and renewed tokens), `session.rest`, `session.raw`,
 * `session.user`, `toasts.done(text, { undo })`, `toasts.error(problem)`, `confirm.ask(question)`,
 * `router.go(route)`.
 */
export function RoomView({ name }: RoomViewProps) {
  return (
    <h1>
      <bdi>{name}</bdi>
    </h1>
  )
}
