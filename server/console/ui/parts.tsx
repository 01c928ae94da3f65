import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import './parts.css'

/** What is shown where there is nothing yet: says why, and what to do. */
export function EmptyState(props: {
  icon: IconName
  title: string
  /** Default: 2. */
  level?: 1 | 2 | 3
  children?: ComponentChildren
}) {
  const Heading = `h${props.level ?? 2}` as const
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={props.icon} size={28} />
      </span>
      <Heading>{props.title}</Heading>
      {props.children}
    </div>
  )
}

/** An error where it happened: what is wrong, and a way on. */
export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error === undefined || error === null || error === '') return null
  return (
    <div class="error-note" role="alert">
      <Icon name="flag" />
      <span>{error instanceof Error ? error.message : String(error)}</span>
      {retry && (
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad'

/** A short word with a colour that goes with its meaning; the word alone says it too. */
export function Badge(props: { tone?: Tone; dot?: boolean; children: ComponentChildren }) {
  return (
    <span class={`badge tone-${props.tone ?? 'neutral'}`}>
      {props.dot && <span class="dot" aria-hidden="true" />}
      {props.children}
    </span>
  )
}

/** How many things wait behind a link or a tab; nothing where none do. */
export function Waiting({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <span class="count">
      {count}
      <span class="sr-only"> waiting</span>
    </span>
  )
}

/** A time of day; its tooltip and machine form hold the date too. */
export function Time({ at, seconds = false }: { at: number; seconds?: boolean }) {
  const date = new Date(at)
  const digits = { hour: '2-digit', minute: '2-digit' } as const
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {date.toLocaleTimeString([], seconds ? { ...digits, second: '2-digit' } : digits)}
    </time>
  )
}

/** A day and a time, for what is listed over months. */
export function Moment({ at }: { at: number }) {
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()}>
      {date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  )
}

/** The time now, ms, renewed so often while the component is shown. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** A round mark for a person: initials, in a colour that is theirs wherever they appear. */
export function Avatar({ id, name }: { id: string; name: string }) {
  const hue = [...id].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 360, 7)
  const words = name.trim().split(/\s+/)
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
  return (
    <span class={`avatar hue-${Math.floor(hue / 45)}`} aria-hidden="true">
      {initials.toUpperCase()}
    </span>
  )
}

export function Spinner({ label }: { label: string }) {
  return (
    <p class="spinner" role="status">
      <span aria-hidden="true" />
      {label}
    </p>
  )
}
