import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { AwsClient } from 'aws4fetch'
import type { Archive } from '../types.ts'

/** A bucket of S3, or of what speaks its protocol (MinIO, R2, Ceph). */
export interface S3Options {
  /** As `https://s3.eu-central-1.amazonaws.com`; the bucket comes as the first part of the path. */
  endpoint: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** Default: `us-east-1`, which is what most others than AWS want. */
  region?: string
}

const PLACE = 's3:'
/** How long one request may take: a file is at most some 15 MB. */
const TIMEOUT_MS = 60_000

export function createS3Archive(options: S3Options): Archive {
  const { endpoint, bucket, accessKeyId, secretAccessKey, region = 'us-east-1' } = options
  // repeated by who calls, who knows how long it can wait
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })
  const base = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`
  const url = (place: string) => `${base}/${place.slice(PLACE.length)}`

  async function ask(place: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await client.fetch(url(place), { ...init, signal })
    if (response.ok || response.status === 404) return response
    await response.body?.cancel()
    throw new Error(`the storage of recordings answered ${init.method} with ${response.status}`)
  }

  return {
    holds: (place) => place.startsWith(PLACE),
    async keep(id, path) {
      const place = `${PLACE}recordings/${id}.ogg`
      const response = await ask(place, {
        method: 'PUT',
        headers: { 'content-type': 'audio/ogg' },
        body: await readFile(path),
      })
      if (response.status === 404) throw new Error('the storage has no such bucket')
      return place
    },
    async read(place) {
      const { status, body } = await ask(place, { method: 'GET' })
      if (status !== 404 && body) return Readable.fromWeb(body as ReadableStream)
      await body?.cancel()
      return undefined
    },
    async remove(place) {
      const { body } = await ask(place, { method: 'DELETE' })
      await body?.cancel()
    },
  }
}
