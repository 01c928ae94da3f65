/**
 * The page of one room, live or closed: the conversation, and beside it what came of it, who is there,
 * the agents, plots and minutes. `model/` is what it shows, as pure functions; `talk/` the conversation;
 * `panels/` what is beside it; `keeping/` how long its words stay and who may read them; `sound/` microphones
 * and voices, fetched when somebody wants to be heard.
 */
import { type Signal, signal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { lazy } from '../app/lazy.tsx'
import { hrefOf } from '../app/route.ts'
import { Button, EmptyState } from '../ui/index.ts'
import { RoomContext, type RoomParts, useRoom } from './context.ts'
import { RoomHeader } from './header.tsx'
import { AgentsPanel } from './panels/agents.tsx'
import { PeoplePanel } from './panels/people.tsx'
import { SummaryPanel } from './panels/summary.tsx'
import { createRoomStore } from './store.ts'
import { type Tab, Tabs } from './tabs.tsx'
import { Composer } from './talk/composer.tsx'
import { Feed } from './talk/feed.tsx'
// in this order: what is narrow overrides the rest
import './room.css'
import './talk/feed.css'
import './talk/composer.css'
import './sound/sound.css'
import './tabs.css'
import '../plots/plots.css'
import './panels/panels.css'
import './panels/form.css'
import './narrow.css'

export interface RoomViewProps {
  name: string
  /** The seq to jump to and mark. It can change while the room is shown. */
  at?: number
}

const InsightsPanel = lazy(() => import('./panels/insights.tsx').then((part) => part.InsightsPanel))
const SoundBar = lazy(() => import('./sound/bar.tsx').then((part) => part.SoundBar))
const MinutesPanel = lazy(() => import('./later.ts').then((part) => part.MinutesPanel))

type Place = 'talk' | 'summary' | 'people' | 'agents' | 'insights' | 'minutes'

/** Below this there is room for one column only, px. */
const NARROW = '(max-width: 900px)'
const PROBE_MS = 5_000

export function RoomView({ name, at }: RoomViewProps) {
  const { session } = useApp()
  const hub = session.hub.value
  const place = useSignal<Place>('talk')
  const target = useSignal<{ seq: number; times: number } | undefined>(undefined)
  const store = useMemo(
    () =>
      hub &&
      createRoomStore(
        { hub, rest: session.rest, me: session.user.peek(), soon: requestAnimationFrame },
        name,
      ),
    [hub, name],
  )
  useEffect(() => {
    store?.open()
    return () => store?.close()
  }, [store])
  const jump = (seq: number) => {
    target.value = { seq, times: (target.peek()?.times ?? 0) + 1 }
    if (matchMedia(NARROW).matches) place.value = 'talk'
  }
  useEffect(() => {
    if (at !== undefined && target.peek()?.seq !== at) jump(at)
  }, [at])
  const parts = useMemo<RoomParts | undefined>(
    () => store && { store, target, jump, wantsSound: signal(false), sound: signal(undefined) },
    [store],
  )
  if (parts === undefined) return null
  return (
    <RoomContext.Provider value={parts}>
      <Room place={place} />
    </RoomContext.Provider>
  )
}

function Room({ place }: { place: Signal<Place> }) {
  const { toasts } = useApp()
  const { store, wantsSound } = useRoom()
  const narrow = useMedia(NARROW)
  useProbe()
  const caughtUp = store.caughtUp.value
  useEffect(() => {
    const { missed } = caughtUp ?? { missed: 0 }
    if (missed > 0)
      toasts.done(`Back: ${missed} ${missed === 1 ? 'event' : 'events'} caught up, none missing.`)
  }, [caughtUp])
  if (store.mode.value === 'refused') return <Refused />
  const waiting = (store.state.value?.cases ?? []).filter(({ status }) => status === 'open').length
  const tabs: Tab<Place>[] = [
    ...(narrow ? [{ id: 'talk' as const, label: 'Talk' }] : []),
    { id: 'summary', label: 'Summary' },
    { id: 'people', label: 'People', waiting },
    { id: 'agents', label: 'Agents' },
    { id: 'insights', label: 'Insights' },
    { id: 'minutes', label: 'Minutes' },
  ]
  const current = place.value === 'talk' && !narrow ? 'summary' : place.value
  const talk = (
    <div class="talk-column">
      <Feed />
      {store.mode.value === 'live' && <Composer />}
    </div>
  )
  return (
    <div class={narrow ? 'room is-narrow' : 'room'}>
      <RoomHeader />
      {wantsSound.value && store.mode.value === 'live' && <SoundBar />}
      {!narrow && talk}
      <aside class="room-side" aria-label="About the room">
        <h2 class="sr-only">About the room</h2>
        <Tabs
          label="Parts of the room"
          tabs={tabs}
          current={current}
          select={(id) => {
            place.value = id
          }}
        >
          {current === 'talk' ? talk : <Panel place={current} />}
        </Tabs>
      </aside>
    </div>
  )
}

function Panel({ place }: { place: Exclude<Place, 'talk'> }) {
  switch (place) {
    case 'summary':
      return <SummaryPanel />
    case 'people':
      return <PeoplePanel />
    case 'agents':
      return <AgentsPanel />
    case 'insights':
      return <InsightsPanel />
    case 'minutes':
      return <MinutesPanel />
  }
}

/** The room is not for this person, or not any more: why, and what they can do. */
function Refused() {
  const { session } = useApp()
  const { store } = useRoom()
  const problem = store.problem.value
  // they see it in the list of rooms all the same
  const secret =
    session.user.value?.role === 'admin'
      ? 'It may have another name. What is said in a room, admins read only where its owner lets them: in the room, under Agents, Privacy.'
      : 'It may have another name, or you have no right to watch it: ask its owner.'
  const until = problem?.details?.until
  const title =
    problem?.code === 'not_found'
      ? 'There is no such room for you'
      : problem?.code === 'removed'
        ? 'You were removed from this room'
        : 'This room cannot be shown'
  return (
    <EmptyState icon="rooms" level={1} title={title}>
      <p>
        {problem?.code === 'not_found' ? secret : problem?.message}
        {typeof until === 'number' && ` You can come back ${new Date(until).toLocaleString()}.`}
      </p>
      <p class="empty-actions">
        <Button onClick={store.open}>Try again</Button>
        <a href={hrefOf({ page: 'rooms' })}>To the rooms</a>
      </p>
    </EmptyState>
  )
}

/** A quiet room says nothing of the network: so it is asked, and what is late is told of. */
function useProbe() {
  const { store } = useRoom()
  const live = store.mode.value === 'live'
  useEffect(() => {
    if (!live) return
    let timer: ReturnType<typeof setTimeout>
    let over = false
    const probe = async () => {
      if (!document.hidden) await store.check()
      if (!over) timer = setTimeout(probe, PROBE_MS)
    }
    timer = setTimeout(probe, PROBE_MS)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [live, store])
}

function useMedia(query: string): boolean {
  const on = useSignal(matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const renew = () => {
      on.value = media.matches
    }
    media.addEventListener('change', renew)
    return () => media.removeEventListener('change', renew)
  }, [query])
  return on.value
}
