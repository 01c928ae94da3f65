const KEPT = [
  {
    what: 'What you say and do in rooms',
    how: 'Your turns in the transcript, what you write and ask, and when you came and left. Who is in the room reads it; private messages only those whom they are for. It stays until the room’s owner removes the room, or for as many days as the room says.',
  },
  {
    what: 'What agents make of it',
    how: 'Summaries, answers and cases of moderation, with the turns on which they rest. They stay as long as the room’s words.',
  },
  {
    what: 'Recordings of your voice',
    how: 'Only where a room’s owner switched that on, of which the room tells everyone, and never while you are opted out. The room’s moderators can listen to them. They are deleted after as many days as the room says.',
  },
  {
    what: 'Your rooms and what you set up',
    how: 'Rooms that you own with their settings and members, agents, teams, workflows, connections and preferences. Keys and passwords in them are encrypted with a key that is yours alone, and are never shown again.',
  },
  {
    what: 'What you were told and chose',
    how: 'When you were told that agents listen, and when you opted out or in again.',
  },
  {
    what: 'The audit',
    how: 'Who did what with your things, when and from which address. People in it are encrypted, each with their own key: when one is erased, nobody can read of them again.',
  },
]

/** What is kept about a person, in plain words. */
export function Kept() {
  return (
    <section class="panel" aria-labelledby="kept">
      <h2 id="kept">What is kept about you</h2>
      <dl class="kept">
        {KEPT.map(({ what, how }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd class="soft">{how}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
