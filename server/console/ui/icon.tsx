/** Shapes on a grid of 20 by 20, drawn as lines in the text's colour. */
const SHAPES = {
  close: 'M5 5l10 10M15 5L5 15',
  check: 'M4 10.5l4 4 8-9',
  plus: 'M10 4v12M4 10h12',
  undo: 'M7 5L3 9l4 4M3 9h9a4 4 0 010 8h-2',
  people:
    'M7.5 9a3 3 0 100-6 3 3 0 000 6zM2 17c0-3 2.5-5 5.5-5s5.5 2 5.5 5M13 3.2a3 3 0 010 5.6M15 12.4c1.9.7 3 2.4 3 4.6',
  shield: 'M10 2.5l6 2.2v4.6c0 3.7-2.4 6.6-6 8.2-3.6-1.6-6-4.5-6-8.2V4.7z',
  rooms: 'M3 4h14v9H9l-4 3.5V13H3z',
  clock: 'M10 17.5a7.5 7.5 0 100-15 7.5 7.5 0 000 15zM10 6v4.2l2.8 1.8',
  search: 'M9 15A6 6 0 109 3a6 6 0 000 12zM13.5 13.5L17 17',
  play: 'M6 4l10 6-10 6z',
  pause: 'M7 4.5v11M13 4.5v11',
  stop: 'M5.5 5.5h9v9h-9z',
  sun: 'M10 13.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4',
  moon: 'M16.5 12A7 7 0 018 3.5 7 7 0 1016.5 12z',
  system: 'M3 4h14v9.5H3zM7 17h6',
  exit: 'M8 3H4v14h4M12 6l4 4-4 4M16 10H8',
  send: 'M3 10l14-6-5 13-3-5.5z',
  mic: 'M10 12a2.5 2.5 0 002.5-2.5v-4a2.5 2.5 0 00-5 0v4A2.5 2.5 0 0010 12zM5 9.5a5 5 0 0010 0M10 14.5V18',
  up: 'M10 16V4M5 9l5-5 5 5',
  down: 'M10 4v12M5 11l5 5 5-5',
  flag: 'M5 18V3h9l-2 3.5L14 10H5',
  mute: 'M3 8v4h3l4 3.5v-11L6 8zM14 8l4 4M18 8l-4 4',
  download: 'M10 3v10M6 9.5l4 4 4-4M4 17h12',
  settings: 'M4 6h12M4 14h12M8 4v4M12 12v4',
  open: 'M8 4H4v12h12v-4M11 4h5v5M16 4l-8 8',
  help: 'M7.5 7.5a2.5 2.5 0 113.7 2.2c-.8.5-1.2 1-1.2 1.9M10 15h.01M10 18a8 8 0 100-16 8 8 0 000 16z',
  bolt: 'M11 2L4 11.5h5L8.5 18 16 8.5h-5z',
} as const

export type IconName = keyof typeof SHAPES

/** A picture beside a text that says the same: hidden from screen readers. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={SHAPES[name]} />
    </svg>
  )
}
