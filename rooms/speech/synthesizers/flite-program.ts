/** Codes of WASI. */
const OK = 0
const BAD_FILE = 8
const CHARACTER_DEVICE = 2
const DIRECTORY = 3
const REGULAR_FILE = 4
/** What the program sees of files: a folder, and the one file that it writes in it. */
const FOLDER = 3
const FILE = 4

class Exit {
  constructor(readonly code: number) {}
}

/**
 * Runs flite once, as its command line takes it, and returns the file that it writes. It has what it needs of WASI and
 * no more: no files, no environment, no output. So the words of a room are never on a disk, and the hub needs neither
 * Node's experimental WASI nor its warning.
 */
export async function runFlite(module: WebAssembly.Module, args: string[]): Promise<Uint8Array> {
  const argv = ['flite', ...args, '-o', '/out.wav'].map((arg) =>
    new TextEncoder().encode(`${arg}\0`),
  )
  let file = new Uint8Array(1 << 18)
  let length = 0
  let at = 0
  const memory = () => {
    const { memory } = instance.exports
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('flite has no memory')
    return memory.buffer
  }
  const view = () => new DataView(memory())

  /** Takes what lies in the pieces of memory that are listed at `list`. */
  function write(fd: number, list: number, count: number, written: number): number {
    let total = 0
    for (let n = 0; n < count; n++) {
      const from = view().getUint32(list + 8 * n, true)
      const size = view().getUint32(list + 8 * n + 4, true)
      if (fd === FILE) append(new Uint8Array(memory(), from, size))
      total += size
    }
    view().setUint32(written, total, true)
    return OK
  }

  function append(bytes: Uint8Array): void {
    if (at + bytes.length > file.length) {
      const larger = new Uint8Array(Math.max(2 * file.length, at + bytes.length))
      larger.set(file)
      file = larger
    }
    file.set(bytes, at)
    at += bytes.length
    length = Math.max(length, at)
  }

  const wasi = {
    args_sizes_get(count: number, size: number) {
      view().setUint32(count, argv.length, true)
      view().setUint32(
        size,
        argv.reduce((sum, arg) => sum + arg.length, 0),
        true,
      )
      return OK
    },
    args_get(pointers: number, to: number) {
      let next = to
      for (const [n, arg] of argv.entries()) {
        view().setUint32(pointers + 4 * n, next, true)
        new Uint8Array(memory()).set(arg, next)
        next += arg.length
      }
      return OK
    },
    clock_time_get(_id: number, _precision: bigint, to: number) {
      view().setBigUint64(to, 0n, true)
      return OK
    },
    fd_prestat_get(fd: number, to: number) {
      if (fd !== FOLDER) return BAD_FILE
      view().setUint32(to, 0, true)
      view().setUint32(to + 4, 1, true)
      return OK
    },
    fd_prestat_dir_name(fd: number, to: number) {
      if (fd !== FOLDER) return BAD_FILE
      view().setUint8(to, '/'.charCodeAt(0))
      return OK
    },
    fd_fdstat_get(fd: number, to: number) {
      if (fd > FILE) return BAD_FILE
      const type = fd === FOLDER ? DIRECTORY : fd === FILE ? REGULAR_FILE : CHARACTER_DEVICE
      view().setUint8(to, type)
      view().setUint16(to + 2, 0, true)
      view().setBigUint64(to + 8, 0xffff_ffff_ffff_ffffn, true)
      view().setBigUint64(to + 16, 0xffff_ffff_ffff_ffffn, true)
      return OK
    },
    fd_fdstat_set_flags: () => OK,
    path_open(
      ...[, , , , , , , , to]: [
        number,
        number,
        number,
        number,
        number,
        bigint,
        bigint,
        number,
        number,
      ]
    ) {
      at = 0
      length = 0
      view().setUint32(to, FILE, true)
      return OK
    },
    fd_write: write,
    fd_read: () => BAD_FILE,
    fd_seek(fd: number, offset: bigint, whence: number, to: number) {
      if (fd !== FILE) return BAD_FILE
      at = Number(offset) + (whence === 1 ? at : whence === 2 ? length : 0)
      view().setBigUint64(to, BigInt(at), true)
      return OK
    },
    fd_close: () => OK,
    proc_exit(code: number) {
      throw new Exit(code)
    },
  }

  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi })
  const { _start: start } = instance.exports
  if (typeof start !== 'function') throw new Error('flite cannot be started')
  try {
    start()
  } catch (error) {
    if (!(error instanceof Exit)) throw error
    if (error.code !== 0) throw new Error(`flite ended with ${error.code}`)
  }
  return file.subarray(0, length)
}
