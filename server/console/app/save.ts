/** Has the browser save bytes as a file. */
export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  Object.assign(link, { href: url, download: name })
  link.click()
  // the browser takes it over in its own time
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
