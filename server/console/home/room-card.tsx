import type { RoomView } from '#protocol'
import { hrefOf } from '../app/route.ts'
import { AGENT_TITLES, sayAgo } from '../app/say.ts'
import { Badge, Icon } from '../ui/index.ts'
import { sayHeat } from './ranked.ts'

export function RoomCard({ room, now }: { room: RoomView; now: number }) {
  const { name, participants, opened_at, activity } = room
  const cases = activity?.open_cases ?? 0
  return (
    <li class={cases > 0 ? 'room-card room-card-waiting' : 'room-card'}>
      <div class="room-card-head">
        <h2>
          <a href={hrefOf({ page: 'room', name })}>
            <bdi>{name}</bdi>
          </a>
        </h2>
        {cases > 0 && (
          <Badge tone="bad" dot>
            {cases} {cases === 1 ? 'case waits' : 'cases wait'}
          </Badge>
        )}
      </div>
      <dl class="room-facts">
        <div>
          <dt>
            <Icon name="people" size={16} />
            <span class="sr-only">People</span>
          </dt>
          <dd>{participants === 1 ? '1 person' : `${participants} people`}</dd>
        </div>
        {activity && (
          <div>
            <dt>
              <Icon name="rooms" size={16} />
              <span class="sr-only">Talk</span>
            </dt>
            <dd>{sayRate(activity.turns_per_minute)}</dd>
          </div>
        )}
        <div>
          <dt>
            <Icon name="clock" size={16} />
            <span class="sr-only">Open since</span>
          </dt>
          <dd>{sayAgo(now - opened_at)}</dd>
        </div>
        {activity && <Heat heat={activity.heat} />}
      </dl>
      {activity && activity.agents.length > 0 && (
        <ul class="room-agents" aria-label="Agents">
          {activity.agents.map(({ workflow, state }) => (
            <li key={workflow} class={`agent agent-${state}`}>
              <span class="agent-dot" aria-hidden="true" />
              {AGENT_TITLES[workflow]}
              <span class={state === 'listening' || state === 'idle' ? 'sr-only' : 'soft'}>
                {state}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function Heat({ heat }: { heat: number }) {
  const { word, level } = sayHeat(heat)
  return (
    <div class={`heat heat-${level}`}>
      <dt class="sr-only">Heat</dt>
      <dd>
        <span class="heat-bars" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        {word}
      </dd>
    </div>
  )
}

function sayRate(turnsPerMinute: number): string {
  const turns = Math.round(turnsPerMinute)
  return turns === 1 ? '1 turn/min' : `${turns} turns/min`
}
