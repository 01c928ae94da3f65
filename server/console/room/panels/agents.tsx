import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AgentConfig } from '#protocol'
import { useApp } from '../../app/context.ts'
import { lazy } from '../../app/lazy.tsx'
import { AGENT_TITLES } from '../../app/say.ts'
import { Badge, Button, ErrorNote, Spinner, type Tone, useSubmit } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { KeepingSettings } from '../keeping/settings.tsx'
import { SoundSettings } from '../sound/settings.tsx'

const PolicyDialog = lazy(() => import('../later.ts').then((part) => part.PolicyDialog))

type Workflow = AgentConfig['workflow']

const DOES: Record<Workflow, string> = {
  auto_join: 'Greets who comes, and catches late comers up in private.',
  summarization: 'Keeps decisions, action items and key points.',
  moderation: 'Reads along for abuse, and acts by the room’s policy.',
  qa: 'Answers from what was said, with its sources.',
}
const ORDER: Workflow[] = ['auto_join', 'summarization', 'qa', 'moderation']
const STATE_TONES: Record<string, Tone> = {
  idle: 'neutral',
  listening: 'good',
  thinking: 'warn',
  speaking: 'accent',
}

/** The room's agents: what each does at this moment, and how it is set. */
export function AgentsPanel() {
  const { session } = useApp()
  const { store } = useRoom()
  const configs = useSignal<Partial<Record<Workflow, AgentConfig>>>({})
  const problem = useSignal<unknown>(undefined)
  const path = (workflow: Workflow) => `${store.path}/agents/${workflow}`

  const load = () => {
    problem.value = undefined
    Promise.all(ORDER.map((workflow) => session.rest<AgentConfig>(path(workflow)))).then(
      (all) => {
        configs.value = Object.fromEntries(all.map((one) => [one.workflow, one]))
      },
      (error: unknown) => {
        problem.value = error
      },
    )
  }
  useEffect(load, [store])

  const change = async (workflow: Workflow, body: object) => {
    const next = await session.rest<AgentConfig>(path(workflow), { method: 'PUT', body })
    configs.value = { ...configs.value, [workflow]: next }
  }

  if (problem.value !== undefined) return <ErrorNote error={problem.value} retry={load} />
  if (configs.value.qa === undefined) return <Spinner label="Asking how the agents are set …" />
  return (
    <div class="agent-cards">
      <ul class="agent-cards">
        {ORDER.map((workflow) => {
          const config = configs.value[workflow]
          return config && <AgentCard key={workflow} config={config} change={change} />
        })}
      </ul>
      <SoundSettings />
      <KeepingSettings />
    </div>
  )
}

function AgentCard(props: {
  config: AgentConfig
  change: (workflow: Workflow, body: object) => Promise<void>
}) {
  const { toasts } = useApp()
  const { store } = useRoom()
  const { config, change } = props
  const { workflow, enabled, name, settings } = config
  const editing = useSignal(false)
  const policy = useSignal(false)
  const { busy, run } = useSubmit(toasts.error)
  /** What was asked for, until the hub has said whether it is so. */
  const wanted = useSignal<boolean | undefined>(undefined)
  const title = AGENT_TITLES[workflow]
  const live = store.state.value?.agents.find((one) => one.workflow === workflow)
  const mayChange = store.mayModerate.value && store.mode.value === 'live'
  const state = enabled ? (live?.state ?? 'idle') : 'off'

  const set = (body: object) =>
    run(() =>
      change(workflow, body).finally(() => {
        wanted.value = undefined
      }),
    )
  return (
    <li class="agent-card">
      <div class="agent-head">
        <h3>{title}</h3>
        <Badge tone={STATE_TONES[state] ?? 'neutral'} dot>
          {state}
        </Badge>
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            aria-checked={wanted.value ?? enabled}
            aria-label={`${title} agent`}
            checked={wanted.value ?? enabled}
            disabled={!mayChange || busy.value}
            onChange={(event) => {
              wanted.value = event.currentTarget.checked
              void set({ enabled: wanted.value })
            }}
          />
          <span aria-hidden="true" />
        </label>
      </div>
      <p class="soft small">{DOES[workflow]}</p>
      <div class="agent-foot">
        {editing.value ? (
          <form
            class="rename"
            onSubmit={(event) => {
              event.preventDefault()
              const next = String(new FormData(event.currentTarget).get('name')).trim()
              if (next !== '') void set({ name: next })
              editing.value = false
            }}
          >
            <input
              name="name"
              aria-label={`Name of the ${title} agent`}
              defaultValue={name}
              maxLength={100}
              ref={focusAndSelect}
              onKeyDown={(event) => {
                if (event.key === 'Escape') editing.value = false
              }}
            />
            <Button size="small" type="submit">
              Save
            </Button>
          </form>
        ) : (
          <span class="small">
            speaks as <bdi class="name">{name}</bdi>
          </span>
        )}
        {mayChange && !editing.value && (
          <Button
            kind="ghost"
            size="small"
            label={`Rename the ${title} agent`}
            onClick={() => (editing.value = true)}
          >
            Rename
          </Button>
        )}
        {workflow === 'moderation' && settings !== undefined && mayChange && (
          <Button size="small" icon="settings" onClick={() => (policy.value = true)}>
            Policy
          </Button>
        )}
      </div>
      {workflow === 'moderation' && settings?.automatic === false && (
        <p class="kill-note">Nothing acts alone here: every case waits for a person.</p>
      )}
      {policy.value && settings !== undefined && (
        <PolicyDialog
          policy={settings}
          save={(changed) => change('moderation', { settings: changed })}
          onClose={() => (policy.value = false)}
        />
      )}
    </li>
  )
}

/** A field that appears because its button was pressed is where one goes on. */
function focusAndSelect(field: HTMLInputElement | null) {
  field?.focus()
  field?.select()
}
