import { Worker } from 'node:worker_threads'

/** A thread does not inherit tsx from who starts it (`--import tsx` leaves threads alone), so it gets it first. */
const THREAD = `const { tsx, file } = require('node:worker_threads').workerData
import(tsx).then(({ register }) => { register(); return import(file) })`

/**
 * A thread in which a model runs. One with native code is never to be ended with `terminate`: a thread that ends within
 * it takes the whole process with it.
 *
 * @param file what the thread runs
 * @param data its `workerData`
 */
export function modelThread(file: URL, data: Record<string, unknown>): Worker {
  return new Worker(THREAD, {
    eval: true,
    // what this process was started with is not for the thread
    execArgv: [],
    workerData: { ...data, tsx: import.meta.resolve('tsx/esm/api'), file: file.href },
  })
}
