import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { CaseView } from '#protocol/client'
import { useApp } from '../app/context.ts'
import { Button, Dialog, EmptyState, ErrorNote, Spinner, useNow } from '../ui/index.ts'
import { CaseDetail } from './case-detail.tsx'
import { CaseList, rowId } from './case-list.tsx'
import { decided, isReviewable, isUndoable, waiting } from './cases.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { actionOf, KEYS, type KeyAction } from './keys.ts'
import type { Desk } from './store.ts'
import { type Change, useDecisions } from './use-decisions.ts'

/** How many decided ones are listed. */
const DECIDED_SHOWN = 30

/** The inbox of cases over all rooms: to go through by keyboard alone. */
export function DeskPage({ desk }: { desk: Desk }) {
  const { session, router } = useApp()
  const decisions = useDecisions()
  const now = useNow(1_000)
  const selectedId = useSignal<string | undefined>(undefined)
  /** On a phone either the list or the case is shown. */
  const opened = useSignal(false)
  const dialog = useSignal<'change' | 'help' | undefined>(undefined)
  const busy = useSignal(false)
  const announced = useSignal('')
  const mine = useRef<string[]>([])
  const open = useComputed(() => waiting(desk.cases.value))
  const done = useComputed(() => decided(desk.cases.value).slice(0, DECIDED_SHOWN))

  const all = [...open.value, ...done.value]
  const selected = all.find((one) => one.case === selectedId.value) ?? all[0]

  // What is shown stays: a graver case that comes must not slip under a finger that is about to decide.
  const shown = selected?.case
  useEffect(() => {
    if (selectedId.peek() === undefined) selectedId.value = shown
  }, [selectedId, shown])

  const select = (id: string | undefined, focus: boolean) => {
    selectedId.value = id
    if (!focus) return
    // after the list is drawn with it
    requestAnimationFrame(() => {
      const row = id === undefined ? undefined : document.getElementById(rowId(id))
      const place = row ?? document.getElementById('desk-title')
      place?.focus()
      place?.scrollIntoView({ block: 'nearest' })
    })
  }

  async function decide(one: CaseView, how: () => Promise<boolean>, keep = false) {
    if (busy.value) return
    busy.value = true
    const before = open.value
    const at = before.findIndex(({ case: id }) => id === one.case)
    const next = before[at + 1] ?? before[at - 1]
    const ok = await how().finally(() => {
      busy.value = false
    })
    if (!ok) {
      // others were faster, or it is not ours any more
      desk.retry()
      return select(one.case, true)
    }
    if (!keep) mine.current.push(one.case)
    const follows = keep || at < 0 ? one : next
    select(follows?.case, true)
    const left = before.filter(({ case: id }) => id !== one.case).length
    if (!keep)
      announced.value =
        left === 0
          ? 'No more cases wait.'
          : `${left} ${left === 1 ? 'case waits' : 'cases wait'}. ${follows?.target_name} is next.`
  }

  function undoable(): CaseView | undefined {
    if (selected && isUndoable(selected, now)) return selected
    const known = mine.current.map((id) => all.find((one) => one.case === id))
    return known.findLast((one) => one !== undefined && isUndoable(one, now))
  }

  function move(by: 1 | -1) {
    const at = all.findIndex((one) => one.case === selected?.case)
    const to = all[Math.min(Math.max(at + by, 0), all.length - 1)]
    if (to !== undefined) select(to.case, true)
  }

  function act(action: KeyAction) {
    if (action === 'help') {
      dialog.value = 'help'
    } else if (action === 'next' || action === 'previous') {
      move(action === 'next' ? 1 : -1)
    } else if (action === 'undo') {
      const one = undoable()
      if (one) void decide(one, () => decisions.undo(one), true)
      else announced.value = 'There is nothing to undo.'
    } else if (selected === undefined) {
      announced.value = 'No case is selected.'
    } else if (action === 'open') {
      const at = selected.evidence[0]
      router.go({ page: 'room', name: selected.room, ...(at === undefined ? {} : { at }) })
    } else if (action === 'claim') {
      if (selected.status === 'open') void decide(selected, () => decisions.claim(selected), true)
    } else if (!isReviewable(selected)) {
      announced.value = 'This case is decided. Press u to undo it.'
    } else if (action === 'change') {
      dialog.value = 'change'
    } else if (action === 'approve') {
      void decide(selected, () => decisions.approve(selected))
    } else {
      void decide(selected, () => decisions.reject(selected))
    }
  }

  // nobody tells a desk that its user moderates a room no longer
  useEffect(desk.retry, [desk])
  const acting = useRef(act)
  acting.current = act
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = actionOf(event)
      if (action === undefined) return
      event.preventDefault()
      acting.current(action)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  const me = session.user.value?.id
  const rows = {
    ...{ selected: selected?.case, now, me },
    onSelect: (id: string) => {
      opened.value = true
      select(id, false)
    },
  }
  const onChanged = (change: Change) => {
    dialog.value = undefined
    if (selected) void decide(selected, () => decisions.approve(selected, change))
  }

  return (
    <div class={opened.value && selected ? 'desk desk-opened' : 'desk'}>
      <div class="desk-list">
        <header>
          <h1 id="desk-title" tabIndex={-1}>
            Desk
          </h1>
          <Button
            kind="ghost"
            size="small"
            icon="help"
            shortcut={KEYS.help.key}
            onClick={() => act('help')}
          >
            Keys
          </Button>
          <Button
            kind="ghost"
            size="small"
            icon="up"
            label="Case before (k)"
            onClick={() => move(-1)}
          />
          <Button
            kind="ghost"
            size="small"
            icon="down"
            label="Next case (j)"
            onClick={() => move(1)}
          />
        </header>
        <ErrorNote error={desk.error.value} retry={desk.retry} />
        {!desk.ready.value && desk.error.value === undefined && (
          <Spinner label="Fetching the cases …" />
        )}
        {desk.ready.value && open.value.length === 0 && (
          <p class="all-clear">
            <strong>All clear.</strong> Nothing waits for a decision.
          </p>
        )}
        {open.value.length > 0 && <CaseList title="Waiting" cases={open.value} {...rows} />}
        {done.value.length > 0 && <CaseList title="Decided" cases={done.value} {...rows} />}
      </div>
      <div class="desk-case">
        {selected ? (
          <CaseDetail
            key={selected.case}
            of={selected}
            {...{ now, me, busy: busy.value }}
            onAction={act}
            onBack={() => {
              opened.value = false
              select(selected.case, true)
            }}
          />
        ) : (
          desk.ready.value && (
            <EmptyState icon="shield" title="Cases come here by themselves">
              <p>
                When someone in one of your rooms breaks its rules, the case is here, with what was
                said around it. What waits for a person is decided by you; what the policy did alone
                can be undone.
              </p>
            </EmptyState>
          )
        )}
      </div>
      <p class="sr-only" role="status">
        {announced.value}
      </p>
      {dialog.value === 'change' && selected && (
        <ChangeDialog
          of={selected}
          onDone={onChanged}
          onClose={() => {
            dialog.value = undefined
          }}
        />
      )}
      {dialog.value === 'help' && (
        <Dialog
          title="Keys of the desk"
          onClose={() => {
            dialog.value = undefined
          }}
        >
          <dl class="keys">
            {Object.values(KEYS).map(({ key, does }) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <p class="soft small">The arrows move too.</p>
        </Dialog>
      )}
    </div>
  )
}
