/** The address of a file that runs in the audio thread. */
declare module '*?worklet' {
  const url: string
  export default url
}
