/** Pages that one does not begin with, fetched when one goes there, in one piece. */
export { DataPage } from './data/index.tsx'
export { DeskPage } from './desk/index.tsx'
export { PastPage } from './past/index.tsx'
