import { goQuote } from '../../api/go-quote.ts'
import { validateEnvVarName } from '../../api/names.ts'
import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { readAll } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { array, bool, list, text } from '../flag-spec.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { fileSelection } from './manifest-options.ts'
import { changeContainers, containersIn, withPodSpec, type ContainerJson } from './pod-specs.ts'
import { setFlags, setObjects } from './set-patch.ts'

interface Changes {
  readonly set: readonly JsonObject[]
  readonly remove: readonly string[]
}

export const setEnv: Command = {
  use: 'env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  short: 'Update environment variables on a pod template',
  flags: [
    ...setFlags,
    text(
      'containers',
      'The names of containers in the selected pod templates to change - may use wildcards',
      { short: 'c', initial: '*' },
    ),
    text('from', 'The name of a resource from which to inject environment variables'),
    text('prefix', 'Prefix to append to variable names'),
    array('env', 'Specify a key-value pair for an environment variable to set into each container.', {
      short: 'e',
    }),
    list('keys', 'Comma-separated list of keys to import from specified resource'),
    bool(
      'list',
      'If true, display the environment and any changes in the standard format. this flag will removed when we have kubectl view env.',
    ),
    bool('resolve', 'If true, show secret or configmap references when listing variables'),
    bool(
      'overwrite',
      'If true, allow environment to be overwritten, otherwise reject updates that overwrite existing environment.',
      { initial: 'true' },
    ),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const { resources, changes } = yield* split(kubectl, args)
    if (!resources.length && !flags.list('filename').length && !flags.string('kustomize'))
      throw new UserError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
    if (flags.list('keys').length && !flags.string('from'))
      throw new UserError('when specifying --keys, a configmap or secret must be provided with --from')
    const all = { set: [...(yield* imported(kubectl)), ...changes.set], remove: changes.remove }
    if (flags.bool('list')) return yield* listEnvironment(kubectl, resources, all)
    if (!all.set.length && !all.remove.length)
      throw new UserError('at least one environment variable must be provided')
    yield* setObjects(kubectl, resources, 'env updated', (object, info) =>
      withEnvironment(kubectl, object, info.label, all),
    )
    return 0
  },
}

/** Resources, then KEY=value, KEY- and `-` for standard input. */
function* split(kubectl: Kubectl, args: readonly string[]): Sys<{ resources: string[]; changes: Changes }> {
  const isChange = (argument: string) => argument.includes('=') || (argument.endsWith('-') && argument !== '')
  const first = args.findIndex(isChange)
  const resources = first < 0 ? [...args] : args.slice(0, first)
  const pairs = [...(first < 0 ? [] : args.slice(first)), ...kubectl.flags.list('env')]
  if (pairs.includes('-') && kubectl.flags.list('filename').includes('-'))
    throw new UserError('standard input cannot be used for multiple arguments')
  const late = pairs.find((argument) => !isChange(argument))
  if (late !== undefined)
    throw new UserError(`environment variables must be of the form key=value, but is ${late}`)
  const lines = pairs.includes('-')
    ? (yield* readAll(0)).split('\n').filter((line) => line.trim() && !line.startsWith('#'))
    : []
  return { resources, changes: parse([...pairs.filter((pair) => pair !== '-'), ...lines]) }
}

function parse(pairs: readonly string[]): Changes {
  const set: JsonObject[] = []
  const remove: string[] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals > 0) {
      const name = pair.slice(0, equals)
      const why = validateEnvVarName(name)
      if (why.length) throw new UserError(`"${name}" is not a valid key name: ${why.join('; ')}`)
      set.push(pair.length > equals + 1 ? { name, value: pair.slice(equals + 1) } : { name })
    } else if (pair.endsWith('-')) remove.push(pair.slice(0, -1))
    else throw new UserError(`unknown environment variable: ${pair}`)
  }
  return { set, remove }
}

/** References to every key of --from (kubectl: set_env.go RunEnv). */
function* imported(kubectl: Kubectl): Sys<JsonObject[]> {
  const { flags } = kubectl
  const from = flags.string('from')
  if (!from) return []
  const infos = yield* (yield* select(kubectl, { args: [from], singleType: true })).infos()
  const variables: JsonObject[] = []
  for (const { object, name } of infos) {
    const source =
      object?.kind === 'Secret' ? 'secretKeyRef' : object?.kind === 'ConfigMap' ? 'configMapKeyRef' : ''
    if (!source) throw new UserError(`unsupported resource specified in --from`)
    const keys = Object.keys((object?.['data'] ?? {}) as JsonObject).sort()
    const wanted = flags.list('keys')
    for (const key of keys) {
      if (wanted.length && !wanted.includes(key)) continue
      const name2 = `${flags.string('prefix')}${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
      if (name2 !== key) yield* kubectl.err(`Warning: key ${key} transferred to ${name2}\n`)
      variables.push({ name: name2, valueFrom: { [source]: { name, key } } })
    }
  }
  return variables
}

function withEnvironment(
  kubectl: Kubectl,
  object: KubeLike,
  label: string,
  { set, remove }: Changes,
): KubeLike {
  const { flags } = kubectl
  const pattern = flags.string('containers')
  return withPodSpec(object, (spec) => {
    const { spec: changed, found } = changeContainers(spec, pattern, (container) => changed1(container))
    if (!found) {
      kubectl.os.stderr(`warning: ${label} does not have any containers matching ${goQuote(pattern)}\n`)
      return spec
    }
    return changed
  })

  function changed1(container: ContainerJson): ContainerJson {
    const known = (container['env'] ?? []) as readonly JsonObject[]
    if (!flags.bool('overwrite')) {
      const taken = set
        .filter(({ name }) => known.some((one) => one['name'] === name))
        .map(
          ({ name }) =>
            `'${String(name)}' already has a value (${String(known.find((one) => one['name'] === name)?.['value'])})`,
        )
      if (taken.length) throw new UserError(`${taken.join('; ')}, and --overwrite is false`)
    }
    const env = merged(known, set).filter(({ name }) => !remove.includes(String(name)))
    const { env: _, ...rest } = container
    return (env.length ? { ...container, env } : rest) as ContainerJson
  }
}

/** Known ones keep their places. */
function merged(known: readonly JsonObject[], set: readonly JsonObject[]): JsonObject[] {
  const result = known.map((one) => set.findLast(({ name }) => name === one['name']) ?? one)
  for (const one of set) {
    const at = result.findIndex(({ name }) => name === one['name'])
    if (at < 0) result.push(one)
    else result[at] = one
  }
  return result
}

function* listEnvironment(kubectl: Kubectl, resources: readonly string[], changes: Changes): Sys<number> {
  const { flags } = kubectl
  const local = flags.bool('local')
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    args: resources,
    local,
    all: flags.bool('all'),
    labelSelector: flags.string('selector'),
    latest: !local,
  })
  yield* result.visit(function* (info) {
    const changed = withEnvironment(kubectl, info.object as KubeLike, info.label, changes)
    let containers: readonly ContainerJson[] = []
    withPodSpec(changed, (spec) => {
      containers = containersIn(spec)
      return spec
    })
    for (const container of containers) {
      yield* kubectl.out(`# ${info.mapping.kind} ${info.name}, container ${container.name}\n`)
      for (const variable of (container['env'] ?? []) as readonly JsonObject[])
        yield* kubectl.out(`${environmentLine(variable)}\n`)
    }
  })
  return 0
}

function environmentLine(variable: JsonObject): string {
  const from = variable['valueFrom'] as
    | {
        secretKeyRef?: { name: string; key: string }
        configMapKeyRef?: { name: string; key: string }
        fieldRef?: { fieldPath: string }
      }
    | undefined
  if (!from) return `${String(variable['name'])}=${String(variable['value'] ?? '')}`
  if (from.secretKeyRef)
    return `# ${String(variable['name'])} from secret ${from.secretKeyRef.name}, key ${from.secretKeyRef.key}`
  if (from.configMapKeyRef)
    return `# ${String(variable['name'])} from configmap ${from.configMapKeyRef.name}, key ${from.configMapKeyRef.key}`
  return `# ${String(variable['name'])} from field path ${from.fieldRef?.fieldPath}`
}
