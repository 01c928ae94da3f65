import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import './button.css'

export interface ButtonProps {
  /** `primary` is what one most likely wants here: at most one a view. Default: `plain`. */
  kind?: 'primary' | 'plain' | 'ghost' | 'danger'
  size?: 'small'
  icon?: IconName
  /** The name for screen readers and the tooltip, where there is no text. */
  label?: string
  /** A key that does the same, shown beside the text. */
  shortcut?: string
  type?: 'submit'
  disabled?: boolean
  /** It is under way: no second click. */
  busy?: boolean
  /** For a button that is on or off. */
  pressed?: boolean
  class?: string
  onClick?: (event: MouseEvent) => void
  children?: ComponentChildren
}

export function Button(props: ButtonProps) {
  const {
    kind = 'plain',
    size,
    icon,
    label,
    shortcut,
    type,
    busy = false,
    pressed,
    onClick,
  } = props
  const classes = ['button', `button-${kind}`, size && `button-${size}`, props.class]
  return (
    <button
      type={type ?? 'button'}
      class={classes.filter(Boolean).join(' ')}
      disabled={props.disabled ?? false}
      aria-disabled={busy}
      aria-busy={busy}
      {...(label === undefined ? {} : { 'aria-label': label, title: label })}
      {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcut })}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      {...(onClick === undefined || busy ? {} : { onClick })}
    >
      {icon && <Icon name={icon} size={size === 'small' ? 16 : 18} />}
      {props.children}
      {shortcut !== undefined && (
        <span class="key" aria-hidden="true">
          {shortcut}
        </span>
      )}
    </button>
  )
}
