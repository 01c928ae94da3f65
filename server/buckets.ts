/** A bucket fills by `perSecond` up to `burst`; each command takes one, sound its bytes. */
export interface Limit {
  perSecond: number
  burst: number
}

export interface Buckets {
  /** Takes tokens (default: one) from a user's bucket. Returns 0, or how many ms to wait when it has too few. */
  take(userId: string, name: string, limit: Limit, tokens?: number): number
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
    take(userId, name, limit, tokens = 1) {
      const now = clock()
      sweep(now)
      const key = `${name} ${userId}`
      const bucket = buckets.get(key) ?? { tokens: limit.burst, at: now, limit }
      buckets.set(key, bucket)
      fill(bucket, now)
      if (bucket.tokens < tokens)
        return Math.ceil(((tokens - bucket.tokens) / limit.perSecond) * 1000)
      bucket.tokens -= tokens
      return 0
    },
    get size() {
      return buckets.size
    },
  }
}
