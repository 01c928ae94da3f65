import type { AgentDispatchClient } from 'livekit-server-sdk'
import type { Logger } from 'pino'
import { agentIdentity } from '../media/livekit/identity.ts'
import type { Ending, Stay, Stays, Wish } from './stays.ts'
import type { Answer, Job, Worker } from './worker.ts'

interface Taken {
  job: Job
  worker: Worker
  stay: Stay
}

interface Deps {
  stays: Stays
  dispatches: Pick<AgentDispatchClient, 'listDispatch'>
  log: Logger
}

/**
 * LiveKit's jobs: a room can have several (for every room, by name), and agents are in it once. LiveKit is told what
 * becomes of each.
 */
export function createJobs({ stays, dispatches, log }: Deps) {
  const taken = new Map<string, Taken>()

  return {
    countOf: (worker: Worker) => [...taken.values()].filter((one) => one.worker === worker).length,

    async offered(job: Job, wish: Wish): Promise<Answer> {
      try {
        const arrived = await stays.arrive(job.room, wish)
        if (arrived.kind === 'in')
          return { kind: 'take', identity: agentIdentity(job.room.sid), name: AGENT_NAME }
        return arrived.kind === 'out' ? { kind: 'done' } : { kind: 'no' }
      } catch (err) {
        log.warn({ err, job: job.id }, 'a LiveKit job was not taken')
        return { kind: 'no' }
      }
    },

    assigned(job: Job, worker: Worker) {
      const stay = stays.all().find(({ sid }) => sid === job.room.sid)
      // they have come and gone while LiveKit was making up its mind
      if (!stay) return worker.report(job.id, 'failed', 'the agents are out of the room again')
      taken.set(job.id, { job, worker, stay })
      stay.entered.then(
        () => {
          if (taken.has(job.id)) worker.report(job.id, 'running')
        },
        // `ended` says so
        () => {},
      )
    },

    /** By who takes a dispatch back; or LiveKit saw the agents go, which ends nothing that should go on. */
    async terminated(jobId: string): Promise<void> {
      const one = taken.get(jobId)
      taken.delete(jobId)
      if (!one) return
      const { job, stay } = one
      const goesOn = [...taken.values()].some((other) => other.stay === stay)
      if (goesOn || (await isDispatched(job))) return
      await stays.leave(stay)
    },

    ended(stay: Stay, how: Ending) {
      for (const [id, one] of taken) {
        if (one.stay !== stay) continue
        taken.delete(id)
        if (how === 'lost') one.worker.report(id, 'failed', 'the agents lost the room')
        else one.worker.report(id, 'success')
      }
    },

    /** Its connection broke: LiveKit knows of its jobs no more, while the agents stay. */
    forget(worker: Worker) {
      for (const [id, one] of taken) if (one.worker === worker) taken.delete(id)
    },
  }

  async function isDispatched({ dispatchId, room }: Job): Promise<boolean> {
    try {
      const list = await dispatches.listDispatch(room.name)
      return list.some(({ id }) => id === dispatchId)
    } catch (err) {
      log.warn({ err }, 'LiveKit did not say whether a job is to end: it goes on')
      return true
    }
  }
}

export type Jobs = ReturnType<typeof createJobs>

/** What people see in their list until an agent of the room has another name. */
const AGENT_NAME = 'Aura'
