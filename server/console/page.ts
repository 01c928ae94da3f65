import { connectHub, type Hub, type LiveRoom } from '#protocol/client'

const SHOWN = 300

const main = one('main')
const hub = signIn()
let room: LiveRoom | undefined
let drawing = false

if (hub === undefined) say('#status', 'Open the sign-in link that npm start printed.')
else start(hub)

function start(hub: Hub) {
  hub.on('connected', () => say('#status', `Signed in as ${hub.userId}`))
  hub.on('disconnected', () => say('#status', 'Connecting again …'))
  hub.on('failed', (error) => say('#status', `${error.message} Open a new sign-in link.`))
  onSubmit('#open', async (form) => enter(hub, field(form, 'room'), 'watch'))
  onSubmit('#speak', async (form) => {
    const [kind, text] = [field(form, 'kind'), field(form, 'text')]
    if (room === undefined) return
    // Reading along needs no presence; whoever speaks is in the room.
    const here = room.participants.some((person) => person.id === hub.userId)
    const speaking = here ? room : await enter(hub, room.name, 'participant')
    if (kind === 'ask') await speaking.ask(text)
    else await (kind === 'chat' ? speaking.chat(text) : speaking.caption(text))
  })
  const refresh = () => void listRooms(hub).catch((error) => say('#error', error.message))
  refresh()
  setInterval(refresh, 5_000)
}

/** The token comes in the address's fragment, which no server sees, and leaves the address at once. */
function signIn(): Hub | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) {
    sessionStorage.setItem('token', token)
    history.replaceState(null, '', location.pathname)
  }
  const kept = sessionStorage.getItem('token')
  return kept === null ? undefined : connectHub({ url: location.origin, token: kept })
}

async function listRooms(hub: Hub) {
  const token = sessionStorage.getItem('token')
  const answer = await fetch('/api/v1/rooms?limit=100', {
    headers: { authorization: `Bearer ${token}` },
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.detail)
  const { items } = body as { items: { name: string; status: string; participants: number }[] }
  one('#rooms').replaceChildren(
    ...items.map(({ name, status, participants }) => {
      const count = status === 'open' ? `${participants}` : 'closed'
      const button = el('button', {}, el('bdi', {}, name), ' ', el('small', {}, count))
      button.setAttribute('aria-current', String(name === room?.name))
      button.onclick = () => void enter(hub, name, 'watch').catch((e) => say('#error', e.message))
      return el('li', {}, button)
    }),
  )
}

async function enter(hub: Hub, name: string, as: 'watch' | 'participant'): Promise<LiveRoom> {
  say('#error', '')
  await room?.leave()
  const entered = await hub.join(name, { as, history: 1_000 })
  room = entered
  entered.on('change', draw)
  entered.on('ended', ({ error }) => say('#error', error?.message ?? ''))
  main.hidden = false
  draw()
  await listRooms(hub)
  return entered
}

/** At most once a frame, however many events come. */
function draw() {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    if (room !== undefined) show(room)
  })
}

function show({ name, participants, agents, transcript, messages, talkback, summary }: LiveRoom) {
  one('#title').replaceChildren(el('bdi', {}, name))
  const busy = agents.filter(({ state }) => state === 'thinking' || state === 'speaking')
  one('#people').replaceChildren(
    ...participants.flatMap((person, i) => [
      i === 0 ? '' : ' · ',
      el('bdi', {}, person.name),
      person.muted_until === undefined ? '' : ' (muted)',
    ]),
    ...(participants.length === 0 ? ['Nobody is here.'] : []),
    ...(busy[0] ? [` — ${busy[0].name} is ${busy[0].state} …`] : []),
  )
  const said = transcript.map(({ at, final, speaker, text }) => ({
    ...{ at, text, name: speaker.name, className: final ? '' : 'partial' },
  }))
  const written = messages.map(({ at, from, text, to }) => ({
    ...{ at, text, name: from.name, className: to === undefined ? 'chat' : 'chat private' },
  }))
  const lines = [...said, ...written].sort((a, b) => a.at - b.at).slice(-SHOWN)
  scrolled('#transcript', ...lines.map(line))
  const spoken = talkback.slice(-SHOWN).map(({ at, name, text, done, to, citations }) => {
    const className = `${done ? '' : 'live'} ${to === undefined ? '' : 'private'}`
    const cited = citations.length === 0 ? '' : `  [${citations.join(', ')}]`
    return line({ at, text: `${text}${cited}`, name: to ? `${name} to you` : name, className })
  })
  scrolled('#talkback', ...spoken)
  const parts = [
    ['Decisions', summary?.decisions],
    ['Action items', summary?.action_items],
    ['Key points', summary?.key_points],
  ] as const
  one('#summary').replaceChildren(
    ...parts.flatMap(([title, items = []]) => [
      ...(items.length === 0 ? [] : [el('h4', {}, title)]),
      ...items.map(({ text, who, due }) =>
        el(
          'li',
          {},
          text,
          el(
            'small',
            {},
            [who, due]
              .filter(Boolean)
              .map((x) => ` · ${x}`)
              .join(''),
          ),
        ),
      ),
    ]),
  )
}

function line({
  at,
  name,
  text,
  className,
}: Record<'name' | 'text' | 'className', string> & { at: number }) {
  const time = el('time', {}, new Date(at).toLocaleTimeString())
  return el(
    'li',
    { className },
    time,
    ' ',
    el('b', {}, el('bdi', {}, name)),
    ' ',
    el('span', { dir: 'auto' }, text),
  )
}

/** Replaces a list, and follows its end unless the reader has scrolled up. */
function scrolled(selector: string, ...items: Node[]) {
  const list = one(selector)
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  list.replaceChildren(...items)
  if (atEnd) list.scrollTop = list.scrollHeight
}

function onSubmit(selector: string, run: (form: HTMLFormElement) => Promise<unknown>) {
  const form = one(selector) as HTMLFormElement
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    say('#error', '')
    run(form).then(
      () => {
        for (const input of form.querySelectorAll('input')) input.value = ''
      },
      (error) => say(main.hidden ? '#status' : '#error', error.message),
    )
  })
}

function field(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? '')
}

function say(selector: string, text: string) {
  one(selector).textContent = text
}

function one(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector)
  if (found === null) throw new Error(`The page has no ${selector}.`)
  return found
}

/** Text stays text: children are nodes or strings, never markup. */
function el<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  properties: Partial<HTMLElementTagNameMap[T]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[T] {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}
