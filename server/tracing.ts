import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api'
import type { Logger } from './log.ts'

/** A collector that is away is told of so often. */
const COMPLAIN_EVERY_MS = 60_000

export interface Tracing {
  /** Sends what is left. */
  stop(): Promise<void>
}

interface Deps {
  /** The environment, where OpenTelemetry's own variables say whether, where to and how much. */
  env: Record<string, string | undefined>
  /** Tells the nodes of a fleet apart. */
  nodeId: string
  log: Logger
  clock: () => number
}

/**
 * Exports traces by OTLP over HTTP, where OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
 * says where to. Without it nothing of the SDK is even loaded, and the spans that the code makes are nothing.
 */
export async function startTracing({
  env,
  nodeId,
  log,
  clock,
}: Deps): Promise<Tracing | undefined> {
  if (!isWanted(env)) return undefined
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  diag.setLogger(diagnostics(log, clock), {
    logLevel: DiagLogLevel.WARN,
    suppressOverrideMessage: true,
  })
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources
  const provider = new sdk.NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'auralink', 'service.instance.id': nodeId }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  })
  // no propagator: traces neither come from clients nor go to models
  provider.register({ propagator: null })
  log.info('traces are exported')
  return { stop: () => provider.shutdown() }
}

function isWanted(env: Deps['env']): boolean {
  const isSet = (name: string) => (env[name]?.trim() ?? '') !== ''
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false
  if (env.OTEL_TRACES_EXPORTER?.trim() === 'none') return false
  return isSet('OTEL_EXPORTER_OTLP_ENDPOINT') || isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
}

/** The SDK's complaints. What a collector answered may be in them: only what they say of variables is printed. */
function diagnostics(log: Logger, clock: () => number): DiagLogger {
  let complainedAt = Number.NEGATIVE_INFINITY
  const complain = (message: unknown) => {
    if (typeof message === 'string' && message.startsWith('OTEL_')) {
      log.warn({ problem: message }, 'a variable of OpenTelemetry is wrong')
      return
    }
    if (clock() - complainedAt < COMPLAIN_EVERY_MS) return
    complainedAt = clock()
    log.warn('traces were not exported: does the OTLP endpoint answer?')
  }
  const nothing = () => {}
  return { error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing }
}
