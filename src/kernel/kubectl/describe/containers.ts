import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  Probe,
  ResourceRequirements,
  VolumeMount,
} from 'kubernetes-types/core/v1'
import { canonicalQuantity } from '../../api/quantity.ts'
import { containerResource, podField } from './downward.ts'
import { longTime, type Writer } from './writer.ts'

/** Containers of a pod, or of a template, which stands one deeper (kubectl: describeContainers). */
export function describeContainers(
  w: Writer,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] | undefined,
  pod: Pod | undefined,
  indent = '',
): void {
  if (!containers.length) return w.line(0, `${indent}${title}:\t<none>`)
  w.line(0, `${indent}${title}:`)
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name)
    basics(w, container, status, indent ? ' ' : '')
    words(w, 'Command', container.command)
    words(w, 'Args', container.args)
    if (status) state(w, status)
    describeResources(w, container.resources, 2)
    for (const [label, probe] of [
      ['Liveness', container.livenessProbe],
      ['Readiness', container.readinessProbe],
      ['Startup', container.startupProbe],
    ] as const)
      if (probe) w.field(2, label, probeText(probe))
    environmentFrom(w, container)
    environment(w, container, pod)
    mounts(w, container)
  }
}

function basics(w: Writer, container: Container, status: ContainerStatus | undefined, indent: string): void {
  w.line(1, `${indent}${container.name}:`)
  if (status) w.field(2, 'Container ID', status.containerID ?? '')
  w.field(2, 'Image', container.image ?? '')
  if (status) w.field(2, 'Image ID', status.imageID ?? '')
  ports(w, 'Port', container.ports, ({ containerPort }) => containerPort)
  ports(w, 'Host Port', container.ports, ({ hostPort }) => hostPort ?? 0)
  const seccomp = container.securityContext?.seccompProfile
  if (seccomp) {
    w.field(2, 'SeccompProfile', seccomp.type)
    if (seccomp.type === 'Localhost') w.field(3, 'LocalhostProfile', seccomp.localhostProfile)
  }
}

function ports(
  w: Writer,
  label: string,
  list: readonly ContainerPort[] | undefined,
  pick: (port: ContainerPort) => number,
): void {
  const texts = (list ?? []).map((port) => `${pick(port)}/${port.protocol ?? ''}`)
  w.field(2, texts.length > 1 ? `${label}s` : label, texts.join(', ') || '<none>')
}

function words(w: Writer, title: string, list: readonly string[] | undefined): void {
  if (!list?.length) return
  w.line(2, `${title}:`)
  for (const word of list) for (const line of word.split('\n')) w.line(3, line)
}

function state(w: Writer, status: ContainerStatus): void {
  one(w, 'State', status.state)
  if (status.lastState?.terminated) one(w, 'Last State', status.lastState)
  w.field(2, 'Ready', status.ready ? 'True' : 'False')
  w.field(2, 'Restart Count', status.restartCount)
}

function one(w: Writer, label: string, { running, waiting, terminated }: ContainerState = {}): void {
  if (running) {
    w.field(2, label, 'Running')
    w.field(3, 'Started', longTime(running.startedAt as unknown as string))
  } else if (terminated) {
    w.field(2, label, 'Terminated')
    if (terminated.reason) w.field(3, 'Reason', terminated.reason)
    if (terminated.message) w.field(3, 'Message', terminated.message)
    w.field(3, 'Exit Code', terminated.exitCode)
    if (terminated.signal) w.field(3, 'Signal', terminated.signal)
    w.field(3, 'Started', longTime(terminated.startedAt as unknown as string))
    w.field(3, 'Finished', longTime(terminated.finishedAt as unknown as string))
  } else {
    w.field(2, label, 'Waiting')
    if (waiting?.reason) w.field(3, 'Reason', waiting.reason)
  }
}

export function describeResources(
  w: Writer,
  resources: ResourceRequirements | undefined,
  level: number,
): void {
  for (const [label, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const names = Object.keys(list ?? {}).sort()
    if (!names.length) continue
    w.line(level, `${label}:`)
    for (const name of names)
      w.field(level + 1, name, canonicalQuantity(String((list as Record<string, string>)[name])))
  }
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3`. */
export function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe
  const attributes = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`
  if (probe.exec) return `exec [${(probe.exec.command ?? []).join(' ')}] ${attributes}`
  if (probe.httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '' } = probe.httpGet
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path && !path.startsWith('/') ? `/${path}` : path} ${attributes}`
  }
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${attributes}`
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${attributes}`
  return `unknown ${attributes}`
}

function environmentFrom(w: Writer, { envFrom = [] }: Container): void {
  if (!envFrom.length) return
  w.line(2, 'Environment Variables from:')
  for (const { prefix, configMapRef, secretRef } of envFrom) {
    const source = configMapRef ?? secretRef
    const kind = configMapRef ? 'ConfigMap' : 'Secret'
    w.line(
      3,
      `${source?.name}\t${kind}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${source?.optional ?? false}`,
    )
  }
}

function environment(w: Writer, container: Container, pod: Pod | undefined): void {
  const { env = [] } = container
  w.line(2, `Environment:${env.length ? '' : '\t<none>'}`)
  for (const variable of env) {
    if (variable.valueFrom) {
      w.line(3, `${variable.name}:\t${valueFromText(variable, container, pod)}`)
      continue
    }
    for (const [i, line] of (variable.value ?? '').split('\n').entries())
      w.line(3, i ? `\t${line}` : `${variable.name}:\t${line}`)
  }
}

function valueFromText({ valueFrom = {} }: EnvVar, container: Container, pod: Pod | undefined): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom
  if (fieldRef)
    return `${pod ? podField(pod, fieldRef.fieldPath) : ''} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`
  if (resourceFieldRef)
    return `${containerResource(container, resourceFieldRef.resource, resourceFieldRef.divisor)} (${resourceFieldRef.resource})`
  if (secretKeyRef)
    return `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>\tOptional: ${secretKeyRef.optional ?? false}`
  return `<set to the key '${configMapKeyRef?.key}' of config map '${configMapKeyRef?.name}'>\tOptional: ${configMapKeyRef?.optional ?? false}`
}

function mounts(w: Writer, { volumeMounts = [], volumeDevices = [] }: Container): void {
  w.line(2, `Mounts:${volumeMounts.length ? '' : '\t<none>'}`)
  const byPath = [...volumeMounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
  for (const mount of byPath) w.line(3, `${mount.mountPath} from ${mount.name} (${mountFlags(mount)})`)
  if (!volumeDevices.length) return
  w.line(2, 'Devices:')
  for (const { devicePath, name } of [...volumeDevices].sort((a, b) =>
    a.devicePath < b.devicePath ? -1 : 1,
  ))
    w.line(3, `${devicePath} from ${name}`)
}

const mountFlags = ({ readOnly, subPath }: VolumeMount) =>
  [readOnly ? 'ro' : 'rw', ...(subPath ? [`path="${subPath}"`] : [])].join(',')
