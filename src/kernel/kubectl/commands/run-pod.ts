import { UserError } from '../../api/user-error.ts'
import type { JsonObject } from '../../api/objects.ts'

/** kubectl run: the Pod it makes (kubectl: generate/versioned/run.go BasicPod). */
export interface RunOptions {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly command: boolean
  readonly labels: string
  readonly env: readonly string[]
  readonly port: string
  readonly restart: string
  readonly pullPolicy: string
  readonly stdin: boolean
  readonly tty: boolean
  readonly attachable: boolean
  readonly annotations: readonly string[]
  readonly privileged: boolean
}

export function podToRun(options: RunOptions): JsonObject {
  const { name, image, args, command, port, pullPolicy, stdin, tty } = options
  const environment = options.env.map(environmentVariable)
  const labels = options.labels ? parseLabels(options.labels) : { run: name }
  const annotations = Object.fromEntries(
    options.annotations.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      creationTimestamp: null,
      labels,
      ...(options.annotations.length ? { annotations } : {}),
    },
    spec: {
      containers: [
        {
          name,
          image,
          ...(args.length && command ? { command: args } : {}),
          ...(args.length && !command ? { args } : {}),
          ...(port ? { ports: [{ containerPort: portNumber(port) }] } : {}),
          ...(environment.length ? { env: environment } : {}),
          resources: {},
          ...(pullPolicy ? { imagePullPolicy: pullPolicy } : {}),
          ...(options.privileged ? { securityContext: { privileged: true } } : {}),
          ...(stdin ? { stdin: true } : {}),
          ...(stdin && !options.attachable ? {} : stdin ? { stdinOnce: true } : {}),
          ...(tty ? { tty: true } : {}),
        },
      ],
      restartPolicy: options.restart,
      dnsPolicy: 'ClusterFirst',
    },
    status: {},
  }
}

function portNumber(port: string): number {
  const number = Number(port)
  if (!/^\d+$/.test(port)) throw new UserError(`strconv.ParseInt: parsing "${port}": invalid syntax`)
  return number
}

function environmentVariable(pair: string): JsonObject {
  const equals = pair.indexOf('=')
  if (equals <= 0) throw new UserError(`invalid env: ${pair}`)
  const name = pair.slice(0, equals)
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) throw new UserError(`invalid env: ${pair}`)
  const value = pair.slice(equals + 1)
  return value === '' ? { name } : { name, value }
}

/** `a=b,c=d` (generate.ParseLabels). */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const pair of text.split(',')) {
    const [key = '', value, ...rest] = pair.split('=')
    if (value === undefined || rest.length) throw new UserError(`unexpected label spec: ${pair}`)
    if (key === '') throw new UserError(`unexpected empty label key`)
    labels[key] = value
  }
  return labels
}
