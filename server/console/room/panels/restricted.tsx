import { useEffect } from 'preact/hooks'
import type { Page, RestrictionView } from '#protocol'
import { useApp } from '../../app/context.ts'
import { useFetched } from '../../app/fetched.ts'
import { Avatar, Badge, Button, ErrorNote, Time } from '../../ui/index.ts'
import { useRoom } from '../context.ts'

/** Who may not speak or may not be here, so that they can be let in again. */
export function Restricted() {
  const { session, toasts, confirm } = useApp()
  const { store } = useRoom()
  const path = `${store.path}/restrictions`
  const { value, error, refresh } = useFetched(
    async (signal) => (await session.rest<Page<RestrictionView>>(path, { signal })).items,
    // each decision is a reason to ask again
    { key: `${path} ${decisions(store.state.value?.cases)}` },
  )
  const items = value.value ?? []
  // and so is the end of the one that ends next
  useEffect(() => {
    const next = Math.min(...items.flatMap(({ until }) => (until === null ? [] : [until])))
    if (next === Number.POSITIVE_INFINITY) return
    const wait = Math.min(Math.max(1_000, next - Date.now() + 500), 3_600_000)
    const timer = setTimeout(refresh, wait)
    return () => clearTimeout(timer)
  }, [value.value])

  const restore = async ({ target, target_name: name, kind, until }: RestrictionView) => {
    const yes = await confirm.ask({
      title: `Restore ${name}?`,
      text:
        kind === 'removed'
          ? 'They can come into the room again.'
          : 'They can speak again, and are transcribed.',
      action: 'Restore',
    })
    if (!yes) return
    try {
      const room = store.room()
      await room.act(target, 'restore')
      const left = until === null ? {} : { minutes: Math.max(1, (until - Date.now()) / 60_000) }
      const again = kind === 'removed' ? 'remove' : 'mute'
      toasts.done(`${name} was restored.`, {
        undo: () => room.act(target, again, { reason: 'The restoring was undone.', ...left }),
      })
    } catch (error) {
      toasts.error(error)
    }
  }

  if (items.length === 0 && error.value === undefined) return null
  return (
    <section>
      <h3>
        Muted and removed <span class="soft tally">{items.length}</span>
      </h3>
      <ErrorNote error={error.value} retry={refresh} />
      <ul class="rows">
        {items.map((one) => (
          <li key={`${one.kind} ${one.target}`} class="row">
            <Avatar id={one.target} name={one.target_name} />
            <div class="row-main">
              <bdi class="name">{one.target_name}</bdi>
              <span class="marks">
                <Badge tone="bad" dot>
                  {one.kind}
                </Badge>
                <span class="soft small">
                  {one.until === null ? (
                    'until undone'
                  ) : (
                    <>
                      until <Time at={one.until} />
                    </>
                  )}
                </span>
              </span>
            </div>
            {store.mode.value === 'live' && (
              <Button
                size="small"
                icon="undo"
                label={`Restore ${one.target_name}`}
                onClick={() => void restore(one)}
              >
                Restore
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function decisions(cases: readonly { status: string; until: number | null }[] = []): string {
  return cases.map(({ status, until }) => `${status}${until ?? ''}`).join()
}
