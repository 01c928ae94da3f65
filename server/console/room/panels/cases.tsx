import type { CaseView, Page } from '#protocol'
import { useApp } from '../../app/context.ts'
import { useFetched } from '../../app/fetched.ts'
import { hrefOf } from '../../app/route.ts'
import { sayMinutes } from '../../app/say.ts'
import { Badge, ErrorNote, Icon, Time, type Tone } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { spoken } from '../model/tell.ts'
import { Evidence } from '../seq-links.tsx'

const STATUS: Record<string, { label: string; tone: Tone }> = {
  open: { label: 'waits for you', tone: 'bad' },
  acted: { label: 'acted', tone: 'warn' },
  approved: { label: 'approved', tone: 'good' },
  rejected: { label: 'rejected', tone: 'neutral' },
  undone: { label: 'undone', tone: 'neutral' },
  expired: { label: 'expired', tone: 'neutral' },
}

/** The room's cases, newest first, each with what it is about. They are decided at the desk. */
export function CaseList() {
  const { session } = useApp()
  const { store } = useRoom()
  const isRecord = store.mode.value === 'record'
  const path = `${store.path}/cases?limit=100`
  const { value, error, refresh } = useFetched(
    async (signal) =>
      isRecord ? (await session.rest<Page<CaseView>>(path, { signal })).items : [],
    { key: String(isRecord) },
  )
  if (error.value !== undefined) return <ErrorNote error={error.value} retry={refresh} />
  const cases = (isRecord ? value.value : store.state.value?.cases) ?? []
  if (cases.length === 0) return null
  const sorted = [...cases].sort(
    (a, b) =>
      Number(b.status === 'open') - Number(a.status === 'open') || b.opened_at - a.opened_at,
  )
  return (
    <section>
      <h3>
        Cases <span class="soft tally">{cases.length}</span>
      </h3>
      <ul class="rows">
        {sorted.slice(0, 30).map((one) => (
          <CaseRow key={one.case} one={one} />
        ))}
      </ul>
      {!isRecord && (
        <a class="to-desk" href={hrefOf({ page: 'desk' })}>
          <Icon name="shield" size={16} /> Decide at the desk
        </a>
      )}
    </section>
  )
}

function CaseRow({ one }: { one: CaseView }) {
  const { store } = useRoom()
  const status = STATUS[one.status] ?? { label: one.status, tone: 'neutral' as const }
  const name = one.target_name || store.nameOf(one.target)
  const did = one.action === null ? '' : one.action
  const long = one.minutes === null ? '' : ` ${sayMinutes(one.minutes)}`
  return (
    <li class="row">
      <div class="row-main">
        <span class="case-line">
          <bdi class="name">{name}</bdi>
          <Badge tone={status.tone} dot>
            {status.label}
          </Badge>
          {did !== '' && <Badge>{`${did}${long}`}</Badge>}
          <Time at={one.opened_at} />
        </span>
        <span class="small soft">
          {spoken(one.categories).join(', ') || one.reason || 'by a moderator'}
        </span>
        <Evidence seqs={one.evidence} of="it" />
      </div>
    </li>
  )
}
