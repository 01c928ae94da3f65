import OpusScript from 'opusscript'

/** The rate at which speech is kept: telephones call it HD. */
export const RECORDING_RATE = 16_000
/** Samples of a packet: 20 ms. */
export const PACKET_SAMPLES = 320
/** Bits a second: what keeps voices clear. A minute is 180 KB. */
const BITRATE = 24_000
/** Of 10: a second of sound takes 8 ms then; 10 takes 40 ms and nobody hears it. */
const COMPLEXITY = 5
const SET_COMPLEXITY = 4010
/** How far the encoder looks ahead, samples at 48 kHz: 6.5 ms. */
export const PRE_SKIP = 312

export interface Encoder {
  /** PACKET_SAMPLES of sound to a packet. */
  encode(pcm: Int16Array): Uint8Array
  close(): void
}

export function createEncoder(): Encoder {
  const opus = new OpusScript(RECORDING_RATE, 1, OpusScript.Application.VOIP)
  opus.setBitrate(BITRATE)
  opus.encoderCTL(SET_COMPLEXITY, COMPLEXITY)
  return {
    encode: (pcm) =>
      opus.encode(Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength), PACKET_SAMPLES),
    close: () => opus.delete(),
  }
}
