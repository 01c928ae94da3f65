/**
 * The AsyncAPI 3.0 document of the socket, from the schemas that the hub itself checks with: commands
 * as requests with their acks as replies, every event, errors and close codes. It may touch the rest
 * of protocol/ only.
 */
import { acks } from '../acks.ts'
import { type CommandName, commands } from '../commands.ts'
import { CLOSE_CODES, ERROR_HELP } from '../errors.ts'
import { durableEvents, ephemeralEvents } from '../events.ts'
import {
  ackId,
  commandId,
  eventId,
  keysOf,
  listed,
  refTo,
  type Schema,
  schemas,
} from './schemas.ts'
import {
  CLOSE_WORDS,
  COMMAND_WORDS,
  DURABLE_WORDS,
  EPHEMERAL_WORDS,
  FRAME_WORDS,
  type Words,
} from './words.ts'

const BLANK_WORDS: Record<'hidden' | 'erased', Words> = {
  hidden: {
    summary: 'An event that you may not see',
    description: 'In its place, with its seq: the log that you read has no gaps.',
  },
  erased: {
    summary: 'An event whose content was erased',
    description: 'It keeps its place in the log. Forget what you had of it.',
  },
}

const PENDING_WORDS: Words = {
  summary: 'A durable event that is not yet kept',
  description:
    "While the database is away. Show it as unsure; it comes again with a seq and the same `id` once committed, and is lost only if the hub's process dies too.",
}

const DESCRIPTION = `What happens in live rooms, over Socket.IO 4 (Engine.IO 4, websocket only, path \`/socket.io\`, namespace \`/\`).
REST is in \`/api/v1/openapi.json\`.

**Connecting.** The namespace's CONNECT packet carries \`auth: { token }\`, a JWT. A refusal is a \`connect_error\`.

**Commands.** A channel's address is the name of a Socket.IO event. Every command but \`audio.frame\` has one object and an ack, \`{ ok: true, ... }\`
or \`{ ok: false, error }\`. A command may carry \`id\`: the same id from the same user in the same room within 10 minutes is done
once, and acked again with \`duplicate: true\`. So send what was not acked again after a reconnect, with the same id.

**Events.** All arrive as the one Socket.IO event \`event\`. Those with a \`seq\` are committed before anyone sees them, and the seqs of a
room have no gaps. Keep \`epoch\` and the highest \`seq\`, and hand them to \`room.join\` as \`since\` after a cut. Those without a seq may be
dropped for a slow reader. Ignore types and fields that you do not know. Times are epoch ms; \`*_ms\` are ms since the room opened.

**Close codes.** The hub never sends Socket.IO's disconnect; it closes the WebSocket with a code:

${listed(Object.fromEntries(keysOf(CLOSE_CODES).map((key) => [CLOSE_CODES[key], CLOSE_WORDS[key]])))}`

/** An AsyncAPI 3.0 document. */
export interface AsyncApiDocument {
  [section: string]: unknown
  asyncapi: '3.0.0'
  channels: Record<string, { address: string; messages: Record<string, Schema> } & Schema>
  operations: Record<string, { action: 'send' | 'receive' } & Schema>
  components: {
    [section: string]: unknown
    schemas: Record<string, Schema>
    messages: Record<string, Schema>
  }
}

/** Makes the document. It is the same for every hub of this version. */
export function asyncApi(): AsyncApiDocument {
  const names = keysOf(commands)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'AuraLink',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      hub: {
        host: '{host}',
        pathname: '/socket.io/',
        protocol: 'ws',
        description: 'A hub; `wss` behind TLS.',
        variables: { host: { default: 'localhost:8080' } },
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      connect_error: {
        address: 'connect_error',
        description: 'A connection that the hub refuses.',
        messages: pick(['ConnectError']),
      },
      ...Object.fromEntries(
        names.map((name) => [
          name,
          {
            address: name,
            summary: COMMAND_WORDS[name].summary,
            messages: pick([commandId(name), ackId(name), 'Refusal']),
          },
        ]),
      ),
      'audio.frame': {
        address: 'audio.frame',
        summary: FRAME_WORDS.summary,
        messages: pick(['command.audio.frame']),
      },
      event: {
        address: 'event',
        description: 'Everything that happens, in the rooms that this connection has joined.',
        messages: pick(eventTypes().map(([type]) => eventId(type))),
      },
    },
    operations: {
      refuse: {
        action: 'send',
        summary: 'Refuse a connection',
        channel: channel('connect_error'),
        messages: [messageOf('connect_error', 'ConnectError')],
      },
      ...Object.fromEntries(names.map((name) => [name, operation(name)])),
      'audio.frame': {
        action: 'receive',
        ...FRAME_WORDS,
        channel: channel('audio.frame'),
        messages: [messageOf('audio.frame', 'command.audio.frame')],
      },
      durable: events('Events of the log, with a seq', [
        ...keysOf(durableEvents),
        ...keysOf(BLANK_WORDS),
      ]),
      pending: events('Events while the database is away', ['pending']),
      ephemeral: events('Events that no log keeps, without a seq', keysOf(ephemeralEvents)),
    },
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: "In Socket.IO's `auth: { token }`, not in a header.",
        },
      },
      messages: {
        ConnectError: {
          name: 'connect_error',
          ...said('Why a connection was refused', ERROR_HELP.unauthenticated),
          payload: refTo('ConnectError'),
        },
        Refusal: {
          name: 'refusal',
          ...said('The ack of a command that was not done', 'Its `error.code` says what to do.'),
          payload: refTo('Refusal'),
        },
        ...Object.fromEntries(names.flatMap(messagesOf)),
        'command.audio.frame': {
          name: 'audio.frame',
          ...FRAME_WORDS,
          contentType: 'application/octet-stream',
          payload: refTo('command.audio.frame'),
        },
        ...Object.fromEntries(
          eventTypes().map(([type, words]) => [
            eventId(type),
            { name: 'event', title: type, ...words, payload: refTo(eventId(type)) },
          ]),
        ),
      },
      schemas: schemas(),
    },
  }
}

/** Every `type` of an event, and `pending`, with its words. */
function eventTypes(): [string, Words][] {
  return [
    ...Object.entries({ ...DURABLE_WORDS, ...BLANK_WORDS }),
    ['pending', PENDING_WORDS],
    ...Object.entries(EPHEMERAL_WORDS),
  ]
}

function messagesOf(name: CommandName): [string, Schema][] {
  const { summary } = COMMAND_WORDS[name]
  return [
    [commandId(name), { name, ...COMMAND_WORDS[name], payload: refTo(commandId(name)) }],
    [ackId(name), { name, ...said(`Done: ${summary}`), payload: refTo(ackId(name)) }],
  ]
}

function operation(name: CommandName) {
  const replies = acks[name] === undefined ? [] : [ackId(name), 'Refusal']
  return {
    action: 'receive' as const,
    ...COMMAND_WORDS[name],
    channel: channel(name),
    messages: [messageOf(name, commandId(name))],
    reply: { channel: channel(name), messages: replies.map((id) => messageOf(name, id)) },
  }
}

function events(summary: string, types: string[]) {
  return {
    action: 'send' as const,
    summary,
    channel: channel('event'),
    messages: types.map((type) => messageOf('event', eventId(type))),
  }
}

const said = (summary: string, description?: string) =>
  description === undefined ? { summary } : { summary, description }
const channel = (name: string) => ({ $ref: `#/channels/${name}` })
const messageOf = (of: string, id: string) => ({ $ref: `#/channels/${of}/messages/${id}` })
const pick = (ids: string[]) =>
  Object.fromEntries(ids.map((id) => [id, { $ref: `#/components/messages/${id}` }]))
