import { matches, parts } from '../model/search.ts'

/** A text as it was said, with what is searched for marked. */
export function Words({ text, query }: { text: string; query: string }) {
  const ranges = query === '' ? [] : matches(text, query)
  return (
    <p class="words" dir="auto">
      {parts(text, ranges).map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : part))}
    </p>
  )
}
