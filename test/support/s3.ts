import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { serve } from './serve.ts'

const KEYS = { accessKeyId: 'AKIATEST', secretAccessKey: 'a/secret+of/tests' }
const REGION = 'eu-test-1'

/**
 * A bucket that speaks as much of S3 as is used, and checks each request's signature by the rules of AWS (Signature
 * Version 4), written here anew: the client's own code would agree with itself.
 */
export async function startS3() {
  const objects = new Map<string, { bytes: Buffer; type: string | undefined }>()
  const refused: string[] = []
  let away = false
  const server = await serve(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const bytes = Buffer.concat(parts)
    const answer = (status: number, body?: Buffer) => response.writeHead(status).end(body)
    if (away) return answer(503)
    const wrong = whatIsWrong(request, bytes)
    if (wrong !== undefined) {
      refused.push(wrong)
      return answer(403)
    }
    const path = decodeURIComponent(request.url ?? '')
    if (!path.startsWith('/voices/')) return answer(404)
    const key = path.slice('/voices/'.length)
    const object = objects.get(key)
    switch (request.method) {
      case 'PUT':
        objects.set(key, { bytes, type: request.headers['content-type'] })
        return answer(200)
      case 'GET':
        return object ? answer(200, object.bytes) : answer(404)
      case 'DELETE':
        objects.delete(key)
        return answer(204)
      default:
        return answer(405)
    }
  })
  return {
    options: { ...KEYS, endpoint: server.origin, bucket: 'voices', region: REGION },
    objects,
    refused,
    setAway(now: boolean) {
      away = now
    },
    stop: server.stop,
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function whatIsWrong({ method, url = '', headers }: IncomingMessage, body: Buffer) {
  const authorization = headers.authorization ?? ''
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    )
  if (!parsed) return 'no signature'
  const [, key, day = '', region, signed = '', signature] = parsed
  if (key !== KEYS.accessKeyId || region !== REGION) return 'other credentials'
  const time = String(headers['x-amz-date'])
  const sentAt = Date.parse(
    time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
  if (!time.startsWith(day) || Math.abs(Date.now() - sentAt) > 900_000) return 'another time'
  const names = signed.split(';')
  if (!names.includes('host') || !names.includes('x-amz-date')) return 'host or time not signed'
  const claimed = String(headers['x-amz-content-sha256'])
  if (claimed !== 'UNSIGNED-PAYLOAD' && claimed !== sha256(body)) return 'another body'
  const canonical = [
    ...[method, url, ''],
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    ...['', signed, claimed],
  ].join('\n')
  const scope = `${day}/${REGION}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(Buffer.from(canonical))].join('\n')
  const secret = [day, REGION, 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${KEYS.secretAccessKey}`),
  )
  return hmac(secret, text).toString('hex') === signature ? undefined : 'another signature'
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
