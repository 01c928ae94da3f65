import { z } from 'zod'

/** At most a year, so that an end is always a date. */
export const minutes = z.number().positive().max(525_600)
