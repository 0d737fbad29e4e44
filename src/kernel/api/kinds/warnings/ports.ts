import type { Container, ContainerPort } from 'kubernetes-types/core/v1'

interface PlacedPort {
  readonly port: ContainerPort
  readonly field: string
}

/** Ports that are said twice, or that get in each other's way (kubernetes: pkg/api/pod/warnings.go). */
export function portWarnings(containers: readonly (readonly [Container, string])[]): string[] {
  const seen = new Map<string, PlacedPort[]>()
  return containers.flatMap(([{ ports }, path]) =>
    (ports ?? []).flatMap((port, i) => {
      const field = `${path}.ports[${i}]`
      const key = `${port.containerPort}/${port.protocol ?? ''}`
      const others = seen.get(key) ?? []
      const warnings = others.flatMap((other) =>
        conflict(port, other).map((what) => `${field}: ${what} ${other.field}`),
      )
      seen.set(key, [...others, { port, field }])
      return [
        ...(port.hostIP && !port.hostPort ? [`${field}: hostIP set without hostPort: ${goPort(port)}`] : []),
        ...warnings,
      ]
    }),
  )
}

function conflict(port: ContainerPort, { port: other }: PlacedPort): string[] {
  const [ip = '', hostPort = 0] = [port.hostIP, port.hostPort]
  const [otherIP = '', otherPort = 0] = [other.hostIP, other.hostPort]
  if (ip === otherIP && hostPort === otherPort) return ['duplicate port definition with']
  if (hostPort === 0 || otherPort === 0) return ['overlapping port definition with']
  const onlyOne = (ip === '') !== (otherIP === '')
  return hostPort === otherPort && onlyOne ? ['dangerously ambiguous port definition with'] : []
}

/** As Go prints it with %+v. */
const goPort = ({
  name = '',
  hostPort = 0,
  containerPort = 0,
  protocol = '',
  hostIP = '',
}: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`
