/** A bucket fills by `perSecond` up to `burst`; each command takes one. */
export interface Limit {
  perSecond: number
  burst: number
}

export interface Buckets {
  /** Takes one token from a user's bucket. Returns 0, or how many ms to wait when it is empty. */
  take(userId: string, name: string, limit: Limit): number
  /** How many buckets are kept, for tests and metrics. */
  readonly size: number
}

interface Bucket {
  tokens: number
  at: number
  limit: Limit
}

/** Buckets that are full again say nothing, and are forgotten so often. */
const SWEEP_MS = 60_000

/** Token buckets by user and name. */
export function createBuckets(clock: () => number): Buckets {
  const buckets = new Map<string, Bucket>()
  let sweptAt = clock()

  function fill(bucket: Bucket, now: number): void {
    const gained = (Math.max(0, now - bucket.at) / 1000) * bucket.limit.perSecond
    bucket.tokens = Math.min(bucket.limit.burst, bucket.tokens + gained)
    bucket.at = now
  }

  function sweep(now: number): void {
    if (now - sweptAt < SWEEP_MS) return
    sweptAt = now
    for (const [key, bucket] of buckets) {
      fill(bucket, now)
      if (bucket.tokens >= bucket.limit.burst) buckets.delete(key)
    }
  }

  return {
    take(userId, name, limit) {
      const now = clock()
      sweep(now)
      const key = `${name} ${userId}`
      const bucket = buckets.get(key) ?? { tokens: limit.burst, at: now, limit }
      buckets.set(key, bucket)
      fill(bucket, now)
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / limit.perSecond) * 1000)
      bucket.tokens -= 1
      return 0
    },
    get size() {
      return buckets.size
    },
  }
}
