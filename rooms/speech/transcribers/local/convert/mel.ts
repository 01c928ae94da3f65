const SAMPLE_RATE = 16_000
const FFT = 400

/** Slaney's scale: even below 1,000 Hz, even in the logarithm above. */
const LINEAR_HZ = 200 / 3
const BREAK_HZ = 1_000
const BREAK_MEL = BREAK_HZ / LINEAR_HZ
const STEP = Math.log(6.4) / 27
const toHz = (mel: number) =>
  mel < BREAK_MEL ? mel * LINEAR_HZ : BREAK_HZ * Math.exp(STEP * (mel - BREAK_MEL))
/** The mel of half the sample rate. */
const TOP_MEL = BREAK_MEL + Math.log(SAMPLE_RATE / 2 / BREAK_HZ) / STEP

/**
 * The filters by which Whisper hears: `bands` triangles over the 201 frequencies of a window of 25 ms, each of area 1
 * (those of librosa with its defaults). Row after row.
 */
export function melFilters(bands: number): {
  bands: number
  frequencies: number
  data: Float32Array
} {
  const frequencies = FFT / 2 + 1
  const step = TOP_MEL / (bands + 1)
  // rounding is not to reach beyond the top
  const corners = Array.from({ length: bands + 2 }, (_, i) => toHz(Math.min(TOP_MEL, i * step)))
  const data = new Float32Array(bands * frequencies)
  for (let band = 0; band < bands; band++) {
    const [low = 0, centre = 0, high = 0] = corners.slice(band, band + 3)
    for (let i = 0; i < frequencies; i++) {
      const hz = (i * SAMPLE_RATE) / FFT
      // this way around, the bytes are those of the reference: its zero at the bottom is a negative one
      const rising = -(low - hz) / (centre - low)
      const falling = (high - hz) / (high - centre)
      const height = Math.min(rising, falling)
      data[band * frequencies + i] = (height < 0 ? 0 : height) * (2 / (high - low))
    }
  }
  return { bands, frequencies, data }
}
