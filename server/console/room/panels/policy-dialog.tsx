import { useSignal } from '@preact/signals'
import type { ModerationPolicy } from '#protocol'
import { useApp } from '../../app/context.ts'
import { Button, FormDialog } from '../../ui/index.ts'

type Rung = ModerationPolicy['ladder'][number]
type Action = Rung['action']

const ACTIONS: Action[] = ['warn', 'mute', 'remove']

/** How moderation behaves in this room. Only what was changed is sent. */
export function PolicyDialog(props: {
  policy: ModerationPolicy
  save: (changed: Partial<ModerationPolicy>) => Promise<void>
  onClose: () => void
}) {
  const { toasts } = useApp()
  const { policy, save, onClose } = props
  const draft = useSignal(policy)
  const set = (part: Partial<ModerationPolicy>) => {
    draft.value = { ...draft.value, ...part }
  }
  const submit = async () => {
    const changed = changesOf(policy, draft.value)
    if (Object.keys(changed).length === 0) return onClose()
    await save(changed)
    onClose()
    toasts.done('The policy is changed.', { undo: () => save(changesOf(draft.value, policy)) })
  }
  const now = draft.value
  return (
    <FormDialog title="Moderation policy" action="Save" {...{ submit, onClose }}>
      <label class="check">
        <input
          type="checkbox"
          checked={now.automatic}
          onChange={(event) => set({ automatic: event.currentTarget.checked })}
        />
        <span>
          The policy may act alone
          <small class="soft">Off: nothing is done until a moderator approves it.</small>
        </span>
      </label>
      <fieldset class="field" disabled={!now.automatic}>
        <legend>Waits for a person all the same</legend>
        <div class="checks">
          {ACTIONS.map((action) => (
            <label key={action} class="check">
              <input
                type="checkbox"
                checked={now.waits.includes(action)}
                onChange={(event) =>
                  set({
                    waits: event.currentTarget.checked
                      ? [...now.waits, action]
                      : now.waits.filter((one) => one !== action),
                  })
                }
              />
              {action}
            </label>
          ))}
        </div>
      </fieldset>
      <label class="check">
        <input
          type="checkbox"
          checked={now.ask_when_unsure}
          onChange={(event) => set({ ask_when_unsure: event.currentTarget.checked })}
        />
        <span>Ask a person when unsure</span>
      </label>
      <div class="field-pair">
        <Score label="Unsure from" value={now.ask_from} set={(ask_from) => set({ ask_from })} />
        <Score label="Act from" value={now.act_from} set={(act_from) => set({ act_from })} />
      </div>
      <Ladder title="Strike by strike" rungs={now.ladder} set={(ladder) => set({ ladder })} />
      <Ladder title="When it is grave" rungs={now.grave} set={(grave) => set({ grave })} />
      <div class="field-pair">
        <Minutes
          label="A strike counts for"
          value={now.strike_decay_minutes}
          set={(strike_decay_minutes) => set({ strike_decay_minutes })}
        />
        <Minutes
          label="A case waits for"
          value={now.expires_after_minutes}
          set={(expires_after_minutes) => set({ expires_after_minutes })}
        />
      </div>
      <label class="field">
        When nobody has decided by then
        <select
          value={now.on_expiry}
          onChange={(event) =>
            set({ on_expiry: event.currentTarget.value as ModerationPolicy['on_expiry'] })
          }
        >
          <option value="reject">nothing is done</option>
          <option value="approve">what was proposed is done</option>
        </select>
      </label>
      <fieldset class="field">
        <legend>
          What the person is told{' '}
          <span class="soft">
            (empty: the usual; {'{reason}'} and {'{minutes}'} are filled in)
          </span>
        </legend>
        {ACTIONS.map((action) => (
          <input
            key={action}
            aria-label={`Told at a ${action}`}
            placeholder={`At a ${action}`}
            maxLength={1000}
            value={now.tell[action] ?? ''}
            onInput={(event) => {
              const { [action]: _, ...rest } = now.tell
              const text = event.currentTarget.value
              set({ tell: text.trim() === '' ? rest : { ...rest, [action]: text } })
            }}
          />
        ))}
      </fieldset>
    </FormDialog>
  )
}

function changesOf(from: ModerationPolicy, to: ModerationPolicy): Partial<ModerationPolicy> {
  return Object.fromEntries(
    Object.entries(to).filter(
      ([key, value]) =>
        JSON.stringify(value) !== JSON.stringify(from[key as keyof ModerationPolicy]),
    ),
  )
}

function Score(props: { label: string; value: number; set: (value: number) => void }) {
  return (
    <label class="field">
      <span>
        {props.label} <output class="soft">{Math.round(props.value * 100)} %</output>
      </span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={props.value}
        onInput={(event) => props.set(Number(event.currentTarget.value))}
      />
    </label>
  )
}

function Minutes(props: { label: string; value: number; set: (value: number) => void }) {
  return (
    <label class="field">
      <span>
        {props.label} <span class="soft">(minutes)</span>
      </span>
      <input
        type="number"
        min={1}
        max={525_600}
        required
        value={props.value}
        onInput={(event) => {
          const value = event.currentTarget.valueAsNumber
          if (value > 0) props.set(value)
        }}
      />
    </label>
  )
}

function Ladder(props: { title: string; rungs: readonly Rung[]; set: (rungs: Rung[]) => void }) {
  const { title, rungs, set } = props
  const put = (index: number, rung: Rung) => set(rungs.map((one, i) => (i === index ? rung : one)))
  return (
    <fieldset class="field">
      <legend>{title}</legend>
      <ol class="ladder">
        {rungs.map(({ action, minutes }, i) => (
          <li key={i}>
            <select
              aria-label={`${title}, step ${i + 1}`}
              value={action}
              onChange={(event) => {
                const next = event.currentTarget.value as Action
                put(i, next === 'warn' ? { action: next } : { action: next, minutes: minutes ?? 5 })
              }}
            >
              {ACTIONS.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
            {action !== 'warn' && (
              <label class="inline">
                <input
                  type="number"
                  min={1}
                  max={525_600}
                  aria-label={`${title}, step ${i + 1}: minutes; empty is until undone`}
                  placeholder="∞"
                  value={minutes ?? ''}
                  onInput={(event) => {
                    const value = event.currentTarget.valueAsNumber
                    put(i, value > 0 ? { action, minutes: value } : { action })
                  }}
                />
                min
              </label>
            )}
            {rungs.length > 1 && (
              <Button
                kind="ghost"
                size="small"
                icon="close"
                label={`${title}: take step ${i + 1} away`}
                onClick={() => set(rungs.filter((_, at) => at !== i))}
              />
            )}
          </li>
        ))}
      </ol>
      {rungs.length < 10 && (
        <Button
          size="small"
          icon="plus"
          label={`${title}: add a step`}
          onClick={() => set([...rungs, { action: 'remove', minutes: 60 }])}
        >
          Add a step
        </Button>
      )}
    </fieldset>
  )
}
