import { readFileSync } from 'node:fs'

/** A fenced block of a page: what it is of, its text, and where it begins. */
export interface Fence {
  language: string
  text: string
  line: number
  /** The `text` fence right after it, if there is one: what it prints. */
  prints: string | undefined
}

/** The fenced blocks of a Markdown page, in order. */
export function fencesOf(page: URL): Fence[] {
  const markdown = readFileSync(page, 'utf8')
  const found = [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
    end: match.index + match[0].length,
    start: match.index,
  }))
  return found.map(({ language, text, line, end }, i) => {
    const next = found[i + 1]
    const follows = next?.language === 'text' && markdown.slice(end, next.start).trim() === ''
    return { language, text, line, prints: follows ? next.text : undefined }
  })
}
