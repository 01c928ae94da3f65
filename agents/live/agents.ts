import { changesBetween, queries } from '#db'
import { type AgentConfig, HubError } from '#protocol'
import { createKeyedLock, type Room, type RoomSignal } from '#rooms'
import { createModerator } from '../brain/moderation/index.ts'
import { createWorkflows } from '../graphs/index.ts'
import { createThreads } from '../graphs/threads.ts'
import { createModel } from '../models/index.ts'
import {
  createHearing,
  observeModel,
  observeModerator,
  observeWorkflows,
  untraced,
} from '../observe/index.ts'
import type { Agents, AgentsDeps } from '../types.ts'
import { createAloud } from './aloud.ts'
import { type Binding, createBinding } from './binding.ts'
import { agentConfigs, patched } from './config.ts'
import { createHeat } from './heat.ts'
import { defaults } from './options.ts'

/** The agents of this node: one binding for each live room, one set of graphs for all. */
export function createAgents(deps: AgentsDeps): Agents {
  const { db, rooms, bus, log, clock, ids } = deps
  const options = { ...defaults, ...deps.options }
  const observe = deps.observe ?? (() => {})
  const hearing = createHearing()
  const model = createModel(deps.models)
  const workflows = observeWorkflows(
    createWorkflows({
      threads: createThreads(db),
      clock,
      model: model && observeModel(model, observe),
      log,
      batchRuns: options.batchRuns,
    }),
    observe,
    hearing,
  )
  const aloud = deps.synthesizer && createAloud({ synthesizer: deps.synthesizer, log })
  const heat = createHeat(clock)
  const moderator = observeModerator(heat.felt(createModerator()), observe)
  const pastModerator = createModerator()
  const bindings = new Map<string, Binding>()
  /** Of rooms that are gone from memory, by id. */
  const ending = new Map<string, Promise<void>>()
  const settingOf = createKeyedLock()
  let unsubscribe: (() => void) | undefined

  function bind(room: Room): Binding {
    const bound = bindings.get(room.id)
    if (bound) return bound
    // it outlives whatever it is made for
    const binding = untraced(() =>
      createBinding({
        room,
        embedder: deps.embedder,
        aloud,
        workflows,
        moderator,
        pastModerator,
        clock,
        ids,
        log,
        options,
        observe,
        loadConfigs: () => readConfigs(room.id),
      }),
    )
    bindings.set(room.id, binding)
    binding.ready.catch((err: unknown) => {
      log.error(
        { err, room: room.id },
        'the agents of a room could not start; they try at the next event',
      )
      if (bindings.get(room.id) === binding) bindings.delete(room.id)
      void binding.stop()
    })
    return binding
  }

  function unbind(room: Room): Promise<void> {
    const binding = bindings.get(room.id)
    bindings.delete(room.id)
    hearing.forget(room.id)
    heat.forget(room.id)
    if (!binding) return ending.get(room.id) ?? Promise.resolve()
    const end = binding.stop().finally(() => ending.delete(room.id))
    ending.set(room.id, end)
    return end
  }

  /** What a run wrote while its room was erased is in no room's transaction. */
  async function forgetRoom(room: Room): Promise<void> {
    await unbind(room)
    const cases = room.openCases().map((one) => one.case)
    await workflows.forgetRoom(room.id, cases)
  }

  function onSignal(signal: RoomSignal): void {
    const { room } = signal
    const binding = bindings.get(room.id)
    switch (signal.kind) {
      case 'opened':
        bind(room)
        return
      case 'released':
        void unbind(room)
        return
      case 'erased':
        signal.wait(forgetRoom(room))
        return
      case 'forgotten':
        if (binding) signal.wait(binding.forgetPerson(signal.person))
        return
      case 'redacted':
        if (binding) signal.wait(binding.forget(signal.seqs, signal.anew))
        return
      case 'ephemeral':
        binding?.take(signal)
        return
      case 'events':
        // a binding that could not start is made again by what happens next
        if (binding || rooms.live().includes(room)) hearing.hear(signal, bind(room).take)
    }
  }

  async function readConfigs(roomId: string): Promise<AgentConfig[]> {
    return agentConfigs(
      await db.withSystem('read agents', (tx) => queries.readRoomAgents(tx, roomId)),
    )
  }

  return {
    async start() {
      unsubscribe ??= bus.subscribe(onSignal)
      await Promise.allSettled(rooms.live().map((room) => bind(room).ready))
    },

    async stop() {
      unsubscribe?.()
      unsubscribe = undefined
      const all = [...bindings.values()]
      bindings.clear()
      await Promise.allSettled(all.map((binding) => binding.stop()))
    },

    ask: (room, principal, ask) => bind(room).ask(principal, ask),

    interrupt: (room, principal, run) => bind(room).interrupt(principal, run),

    heat: heat.of,

    list: (room) => bind(room).configs(),

    review: (room, principal, command) => bind(room).review(principal, command),

    async configure(room, principal, workflow, patch) {
      room.require(principal, 'moderate')
      return settingOf(`${room.id} ${workflow}`, async () => {
        const before = (await bind(room).configs()).find((c) => c.workflow === workflow)
        if (!before) throw new HubError('not_found', 'There is no such agent in this room.')
        const config = patched(before, patch)
        const { settings = {}, ...rest } = config
        await db.withSystem('set agent', async (tx) => {
          await queries.writeRoomAgent(tx, { roomId: room.id, ...rest, settings })
          await db.audit(tx, {
            ...{ owner: room.owner, action: 'agent.configured', by: principal },
            details: {
              ...{ room: room.name, workflow },
              ...changesBetween({ ...before, ...before.settings }, { ...config, ...settings }),
            },
          })
        })
        bind(room).configure(config)
        return config
      })
    },
  }
}
