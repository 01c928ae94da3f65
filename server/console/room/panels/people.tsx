import { useComputed, useSignal } from '@preact/signals'
import type { ParticipantView } from '#protocol'
import { useApp } from '../../app/context.ts'
import { lazy } from '../../app/lazy.tsx'
import { Avatar, Badge, Button, EmptyState, Time, useNow } from '../../ui/index.ts'
import { Level } from '../../ui/level.tsx'
import { useRoom } from '../context.ts'
import { muteOf } from '../model/tell.ts'
import { CaseList } from './cases.tsx'
import type { Planned } from './moderate-dialog.tsx'
import { Restricted } from './restricted.tsx'

const ModerateDialog = lazy(() => import('../later.ts').then((part) => part.ModerateDialog))

const Told = lazy(() => import('../later.ts').then((part) => part.Told))

/** Who is here, and for moderators what can be done about them. */
export function PeoplePanel() {
  const { session } = useApp()
  const { store } = useRoom()
  const planned = useSignal<Planned | undefined>(undefined)
  const me = session.user.value?.id
  const now = useNow(1_000)
  const people = store.state.value?.participants ?? []
  const moderates = store.mayModerate.value
  const speaking = store.state.value?.speaking ?? []
  return (
    <div class="people">
      <section>
        <h3>
          In the room <span class="soft tally">{people.length}</span>
        </h3>
        {people.length === 0 && (
          <EmptyState icon="people" level={3} title="Nobody is here">
            <p>Who joins appears here. Watching, as you may be, does not count.</p>
          </EmptyState>
        )}
        <ul class="rows">
          {people.map((person) => (
            <li key={person.id} class="row">
              <Avatar id={person.id} name={person.name} />
              <div class="row-main">
                <bdi class="name">{person.name}</bdi>
                <Marks
                  {...{ person, now }}
                  isMe={person.id === me}
                  speaks={speaking.includes(person.id)}
                />
              </div>
              <Loudness person={person} />
              {moderates && person.id !== me && person.kind === 'person' && (
                <Actions person={person} plan={(next) => (planned.value = next)} />
              )}
            </li>
          ))}
        </ul>
      </section>
      {moderates && <Restricted />}
      {moderates && <CaseList />}
      {moderates && <Told />}
      {planned.value && (
        <ModerateDialog planned={planned.value} onClose={() => (planned.value = undefined)} />
      )}
    </div>
  )
}

/** How loud a person is, for who takes part with sound. */
function Loudness({ person: { id, name } }: { person: ParticipantView }) {
  const { sound } = useRoom()
  const level = useComputed(() => sound.value?.levels.value.get(id) ?? 0)
  const known = useComputed(() => sound.value?.levels.value.has(id) ?? false)
  return known.value ? <Level of={level} label={`Level of ${name}`} /> : null
}

function Marks(props: { person: ParticipantView; now: number; isMe: boolean; speaks: boolean }) {
  const { person, now, isMe, speaks } = props
  const { opted_out: optedOut, kind, media } = person
  const muted = muteOf(person, now)
  return (
    <span class="marks">
      {isMe && <Badge tone="accent">you</Badge>}
      {speaks && (
        <Badge tone="good" dot>
          speaks
        </Badge>
      )}
      {kind === 'agent' && <Badge>agent</Badge>}
      {media === 'livekit' && <Badge>LiveKit</Badge>}
      {muted !== undefined && (
        <Badge tone="bad" dot>
          muted
          {muted !== null && (
            <>
              {' until '}
              <Time at={muted} />
            </>
          )}
        </Badge>
      )}
      {optedOut && <Badge tone="warn">not transcribed</Badge>}
    </span>
  )
}

function Actions({ person, plan }: { person: ParticipantView; plan: (planned: Planned) => void }) {
  const { id, name } = person
  return (
    <span class="row-actions">
      <Button
        kind="ghost"
        size="small"
        icon="flag"
        label={`Warn ${name}`}
        onClick={() => plan({ id, name, action: 'warn' })}
      />
      <Button
        kind="ghost"
        size="small"
        icon="mute"
        label={`Mute ${name}`}
        onClick={() => plan({ id, name, action: 'mute' })}
      />
      <Button
        kind="ghost"
        size="small"
        icon="exit"
        label={`Remove ${name}`}
        onClick={() => plan({ id, name, action: 'remove' })}
      />
    </span>
  )
}
