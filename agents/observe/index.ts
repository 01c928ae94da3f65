/**
 * Seeing what agents do, from outside of them: wrappers that time and trace the moderator, the graphs and the model.
 * Nothing of what people say, ask or are called goes into a span or an observation.
 */
export { createHearing, untraced } from './hearing.ts'
export { observeModel } from './model.ts'
export { observeModerator } from './moderator.ts'
export { observeWorkflows } from './workflows.ts'
