/** What of a room is fetched when it is wanted first, in one piece: in many, the page's beginning would be larger. */
export { KeepingDialog } from './keeping/dialog.tsx'
export { MinutesPanel } from './panels/minutes.tsx'
export { ModerateDialog } from './panels/moderate-dialog.tsx'
export { PolicyDialog } from './panels/policy-dialog.tsx'
export { Told } from './panels/told.tsx'
export { SoundDialog } from './sound/dialog.tsx'
