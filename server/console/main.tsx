import { useEffect, useMemo } from 'preact/hooks'
import { useApp } from './app/context.ts'
import { lazy } from './app/lazy.tsx'
import { mount } from './app/mount.tsx'
import { hrefOf, type Route } from './app/route.ts'
import { placesOf, Shell } from './app/shell.tsx'
import { CaseNews } from './desk/case-news.tsx'
import { waiting } from './desk/cases.ts'
import { createDesk, type Desk } from './desk/store.ts'
import { HomePage } from './home/index.tsx'
import { RoomView } from './room/index.tsx'
import { EmptyState } from './ui/index.ts'
// a part that is fetched later brings no style of its own
import './desk/desk.css'
import './desk/case.css'
import './past/past.css'
import './data/data.css'

const DataPage = lazy(() => import('./later.ts').then((part) => part.DataPage))
const DeskPage = lazy(() => import('./later.ts').then((part) => part.DeskPage))
const PastPage = lazy(() => import('./later.ts').then((part) => part.PastPage))

mount(Console)

function Console() {
  const { router, session } = useApp()
  const desk = useMemo(() => createDesk(session), [session])
  useEffect(() => desk.stop, [desk])
  const route = router.route.value
  const title = titleOf(route)
  useEffect(() => {
    document.title = `${title} · AuraLink`
  }, [title])
  const here = route.page === 'room' ? `room ${route.name}` : route.page
  return (
    <Shell
      places={placesOf(route, waiting(desk.cases.value).length, session.user.value?.role)}
      here={here}
    >
      <Page key={here} {...{ route, desk }} />
      <CaseNews desk={desk} />
    </Shell>
  )
}

function Page({ route, desk }: { route: Route; desk: Desk }) {
  switch (route.page) {
    case 'rooms':
      return <HomePage desk={desk} />
    case 'room':
      return <RoomView name={route.name} {...(route.at === undefined ? {} : { at: route.at })} />
    case 'desk':
      return <DeskPage desk={desk} />
    case 'past':
      return <PastPage />
    case 'data':
      return <DataPage />
    default:
      return (
        <EmptyState icon="search" level={1} title="There is no such page">
          <a href={hrefOf({ page: 'rooms' })}>To the rooms</a>
        </EmptyState>
      )
  }
}

function titleOf(route: Route): string {
  const titles = {
    ...{ rooms: 'Rooms', desk: 'Desk', past: 'Past rooms', data: 'Your data' },
    unknown: 'No such page',
  }
  return route.page === 'room' ? route.name : titles[route.page]
}
