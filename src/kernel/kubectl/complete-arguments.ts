import type { Sys } from '../host/sys.ts'
import type { KubeLike, Kubectl } from './kubectl.ts'
import { readConfig } from './commands/config-file.ts'
import { NO_FILES, type Candidates } from './complete.ts'
import { Info } from './info.ts'
import { groupResource } from './mapper.ts'

/** What the arguments of a command are (kubectl: pkg/util/completion). */
const kinds: Readonly<Record<string, readonly string[]>> = {
  logs: ['pods'],
  exec: ['pods'],
  attach: ['pods'],
  'port-forward': ['pods'],
  debug: ['pods'],
  cp: ['pods'],
  drain: ['nodes'],
  cordon: ['nodes'],
  uncordon: ['nodes'],
  'top node': ['nodes'],
  'top pod': ['pods'],
  scale: ['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets'],
  autoscale: ['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets'],
  'certificate approve': ['certificatesigningrequests'],
  'certificate deny': ['certificatesigningrequests'],
}

const anyType = new Set([
  'get',
  'describe',
  'delete',
  'edit',
  'label',
  'annotate',
  'patch',
  'expose',
  'wait',
  'apply view-last-applied',
  'set image',
  'set env',
  'set resources',
  'set selector',
  'set serviceaccount',
  'set subject',
])
const contextCommands = new Set([
  'config use-context',
  'config delete-context',
  'config rename-context',
  'config set-context',
  'config get-contexts',
])

export function* argumentCandidates(
  kubectl: Kubectl,
  command: string,
  args: readonly string[],
  word: string,
): Sys<Candidates> {
  const only = (lines: readonly string[], more = 0): Candidates => ({ lines, directive: NO_FILES | more })
  if (contextCommands.has(command))
    return only(
      readConfig(kubectl)
        .contexts.map(({ name }) => name)
        .sort(),
    )
  if (command === 'config delete-cluster')
    return only(
      readConfig(kubectl)
        .clusters.map(({ name }) => name)
        .sort(),
    )
  if (command === 'explain') return args.length ? only([]) : only(yield* typeCandidates(kubectl))
  if (command === 'taint')
    return args.length === 0
      ? only(['nodes'])
      : args.length === 1
        ? only(yield* namesOf(kubectl, 'nodes'))
        : only([])
  const own = kinds[command]
  if (own) return yield* ownKind(kubectl, own, args, word)
  if (command.startsWith('rollout '))
    return yield* typed(kubectl, ['deployments', 'daemonsets', 'statefulsets'], args, word)
  if (anyType.has(command)) return yield* typed(kubectl, undefined, args, word)
  return only([], 0)
}

/** Names of the command's own kind; the first argument may be of another, `deployment/web`. */
function* ownKind(
  kubectl: Kubectl,
  own: readonly string[],
  args: readonly string[],
  word: string,
): Sys<Candidates> {
  const [first = ''] = own
  if (word.includes('/')) return yield* slashed(kubectl, word)
  if (own.length > 1) return yield* typed(kubectl, own, args, word)
  if (args.length && first !== 'nodes') return { lines: [], directive: NO_FILES }
  const names = yield* namesOf(kubectl, first)
  return { lines: names.filter((name) => !args.includes(name)), directive: NO_FILES }
}

function* typed(
  kubectl: Kubectl,
  types: readonly string[] | undefined,
  args: readonly string[],
  word: string,
): Sys<Candidates> {
  if (word.includes('/')) return yield* slashed(kubectl, word)
  if (!args.length) return { lines: types ?? (yield* typeCandidates(kubectl)), directive: NO_FILES }
  if (args[0]?.includes('/')) return { lines: [], directive: NO_FILES }
  const names = yield* namesOf(kubectl, args[0] as string)
  return { lines: names.filter((name) => !args.includes(name)), directive: NO_FILES }
}

function* slashed(kubectl: Kubectl, word: string): Sys<Candidates> {
  const type = word.slice(0, word.indexOf('/'))
  const names = yield* namesOf(kubectl, type)
  return { lines: names.map((name) => `${type}/${name}`), directive: NO_FILES }
}

/** Plurals of everything that can be listed; with their group where the name alone would mean another. */
export function* typeCandidates(kubectl: Kubectl): Sys<string[]> {
  const { resources } = yield* kubectl.mapper()
  const names = new Set<string>()
  for (const resource of resources)
    if (resource.verbs.includes('list'))
      names.add(names.has(resource.plural) ? groupResource(resource) : resource.plural)
  return [...names].sort()
}

/** Names of what there is of a type. */
export function* namesOf(kubectl: Kubectl, type: string): Sys<string[]> {
  const resource = (yield* kubectl.mapper()).named(type)
  const info = new Info(kubectl, resource, resource.namespaced ? kubectl.namespace : '', '')
  const list = yield* kubectl.api.call({ path: info.path('') })
  return ((list['items'] ?? []) as readonly KubeLike[])
    .map(({ metadata }) => String(metadata?.['name'] ?? ''))
    .sort()
}
