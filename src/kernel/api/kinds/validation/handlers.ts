import type { Container, HTTPGetAction, Lifecycle, Probe } from 'kubernetes-types/core/v1'
import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import type { IntOrString } from '../../int-or-string.ts'
import { validateHTTPHeaderName, validatePortName, validatePortNumber } from '../../names.ts'
import { invalids, nonNegative } from './rules.ts'

// kubernetes: pkg/apis/core/validation/validation.go validateProbe, validateLifecycle, validateHandler

/** The probes of a container that may have them. */
export function validateProbes(
  container: Container,
  gracePeriod: number | undefined,
  field: string,
): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container
  return [
    ...(livenessProbe ? validateOnceProbe(livenessProbe, gracePeriod, `${field}.livenessProbe`) : []),
    ...(readinessProbe ? validateReadinessProbe(readinessProbe, gracePeriod, `${field}.readinessProbe`) : []),
    ...(startupProbe ? validateOnceProbe(startupProbe, gracePeriod, `${field}.startupProbe`) : []),
  ]
}

export function validateLifecycle(
  lifecycle: Lifecycle | undefined,
  gracePeriod: number | undefined,
  field: string,
): FieldError[] {
  const { postStart, preStop } = lifecycle ?? {}
  return [
    ...(postStart ? validateHandler(postStart, gracePeriod, `${field}.postStart`) : []),
    ...(preStop ? validateHandler(preStop, gracePeriod, `${field}.preStop`) : []),
  ]
}

/** A port by number or by name (ValidatePortNumOrName). */
export function portNumberOrName(field: string, port: IntOrString | undefined): FieldError[] {
  return typeof port === 'string'
    ? invalids(field, port, validatePortName(port))
    : invalids(field, port ?? 0, validatePortNumber(port ?? 0))
}

/** Liveness and startup probes succeed at once. */
function validateOnceProbe(probe: Probe, gracePeriod: number | undefined, field: string): FieldError[] {
  const { successThreshold = 0 } = probe
  return [
    ...validateProbe(probe, gracePeriod, field),
    ...(successThreshold === 1 ? [] : [invalid(`${field}.successThreshold`, successThreshold, 'must be 1')]),
  ]
}

function validateReadinessProbe(probe: Probe, gracePeriod: number | undefined, field: string): FieldError[] {
  const grace = probe.terminationGracePeriodSeconds
  return [
    ...validateProbe(probe, gracePeriod, field),
    ...(grace === undefined
      ? []
      : [invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')]),
  ]
}

function validateProbe(probe: Probe, gracePeriod: number | undefined, field: string): FieldError[] {
  const grace = probe.terminationGracePeriodSeconds
  return [
    ...validateHandler(probe, gracePeriod, field),
    ...nonNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...nonNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    ...nonNegative(`${field}.periodSeconds`, probe.periodSeconds),
    ...nonNegative(`${field}.successThreshold`, probe.successThreshold),
    ...nonNegative(`${field}.failureThreshold`, probe.failureThreshold),
    ...(grace !== undefined && grace <= 0
      ? [invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')]
      : []),
  ]
}

/** What a probe or a lifecycle hook does: exactly one of these. */
type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & {
  readonly sleep?: { readonly seconds?: number }
}

function validateHandler(handler: Handler, gracePeriod: number | undefined, field: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  const checks: [string, unknown, () => FieldError[]][] = [
    ['exec', exec, () => (exec?.command?.length ? [] : [required(`${field}.exec.command`)])],
    ['httpGet', httpGet, () => validateHTTPGet(httpGet!, `${field}.httpGet`)],
    ['tcpSocket', tcpSocket, () => portNumberOrName(`${field}.tcpSocket.port`, tcpSocket!.port)],
    ['grpc', grpc, () => portNumberOrName(`${field}.grpc.port`, grpc!.port)],
    ['sleep', sleep, () => validateSleep(sleep?.seconds ?? 0, gracePeriod, `${field}.sleep`)],
  ]
  const present = checks.filter(([, value]) => value !== undefined)
  if (present.length === 0) return [required(field, 'must specify a handler type')]
  return present.flatMap(([name, , check], i) =>
    i === 0 ? check() : [forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')],
  )
}

function validateHTTPGet(
  { path, port, scheme = '', httpHeaders }: HTTPGetAction,
  field: string,
): FieldError[] {
  const schemes = ['HTTP', 'HTTPS']
  return [
    ...(path ? [] : [required(`${field}.path`)]),
    ...portNumberOrName(`${field}.port`, port),
    ...(schemes.includes(scheme) ? [] : [notSupported(`${field}.scheme`, scheme, schemes)]),
    ...(httpHeaders ?? []).flatMap(({ name }) =>
      invalids(`${field}.httpHeaders`, name ?? '', validateHTTPHeaderName(name ?? '')),
    ),
  ]
}

/** PodLifecycleSleepActionAllowZero is off by default in 1.32. */
function validateSleep(seconds: number, gracePeriod: number | undefined, field: string): FieldError[] {
  if (gracePeriod === undefined || (seconds > 0 && seconds <= gracePeriod)) return []
  const message =
    `must be greater than 0 and less than terminationGracePeriodSeconds (${gracePeriod}). ` +
    'Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.'
  return [invalid(field, seconds, message)]
}
