/** Shared components. They know nothing of rooms. */
export { Button } from './button.tsx'
export { Dialog } from './dialog.tsx'
export { FormDialog } from './form-dialog.tsx'
export { Icon, type IconName } from './icon.tsx'
export {
  Avatar,
  Badge,
  EmptyState,
  ErrorNote,
  Moment,
  Spinner,
  Time,
  type Tone,
  useNow,
  Waiting,
} from './parts.tsx'
export { useSubmit } from './use-submit.ts'
