import type { JsonObject } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { nameOf, type Command } from './command.ts'
import type { FlagSpec } from './flag-spec.ts'
import { findCommand } from './find-command.ts'
import { bareValue, Flags, parseFlags } from './flags.ts'
import { globalFlags } from './global-flags.ts'
import { Kubectl } from './kubectl.ts'
import { readConfig } from './commands/config-file.ts'
import { argumentCandidates, namesOf } from './complete-arguments.ts'

/** cobra: completions.go ShellCompDirective. */
export const NO_SPACE = 2
export const NO_FILES = 4
const FILTER_EXTENSIONS = 8

export interface Candidates {
  readonly lines: readonly string[]
  readonly directive: number
}

/** What `kubectl __complete ARG... WORD` prints: candidates, then `:` and how the shell shall treat them. */
export function* completion(os: Os, root: Command, argv: readonly string[]): Sys<string> {
  const word = argv.at(-1) ?? ''
  let found: Candidates
  try {
    found = yield* candidates(os, root, argv.slice(0, -1), word)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    found = { lines: [], directive: NO_FILES }
  }
  const matching =
    found.directive & FILTER_EXTENSIONS
      ? found.lines
      : found.lines.filter(
          (line) => line.startsWith(word.replace(/^--?[\w-]+=/, '')) || line.startsWith(word),
        )
  return `${matching.map((line) => `${line}\n`).join('')}:${found.directive}\n`
}

const only = (lines: readonly string[], more = 0): Candidates => ({ lines, directive: NO_FILES | more })

function* candidates(os: Os, root: Command, before: readonly string[], word: string): Sys<Candidates> {
  const { command, path, argv } = findCommand(root, before)
  const specs = [...(command.flags ?? []), ...globalFlags]
  const pending = pendingFlag(specs, argv, word)
  const flags = new Flags(specs)
  const { args } = parseFlags(flags, pending && !word.includes('=') ? argv.slice(0, -1) : argv)
  const kubectl = new Kubectl(os, root, command, path, flags, -1)
  if (pending) return yield* flagValues(kubectl, pending, args)
  if (word.startsWith('-')) return only(flagNames(specs, word))
  if (command.commands?.length && !args.length) {
    const listed = command.commands
      .filter(({ hidden }) => !hidden)
      .map((one) => `${nameOf(one)}\t${one.short}`)
    if (!command.run || command === root || word) return only(listed)
    return only(listed)
  }
  if (command.complete) return only(yield* command.complete(kubectl, args))
  return yield* argumentCandidates(kubectl, path.split(' ').slice(1).join(' '), args, word)
}

/** The flag whose value is being written: `-n WORD`, `--namespace=WORD`. */
function pendingFlag(
  specs: readonly FlagSpec[],
  argv: readonly string[],
  word: string,
): FlagSpec | undefined {
  const inline = /^--([\w-]+)=/.exec(word)
  if (inline) return specs.find(({ name }) => name === inline[1])
  const last = argv.at(-1) ?? ''
  const spec = last.startsWith('--')
    ? specs.find(({ name }) => name === last.slice(2))
    : /^-\w$/.test(last)
      ? specs.find(({ short }) => short === last[1])
      : undefined
  return spec && bareValue(spec) === undefined ? spec : undefined
}

function flagNames(specs: readonly FlagSpec[], word: string): string[] {
  const shown = specs.filter(({ hidden, deprecated }) => !hidden && !deprecated)
  const names = shown.map(
    ({ name, usage, type }) => `--${name}${type === 'bool' ? '' : '='}\t${usage.split('\n')[0]}`,
  )
  const shorts = word.startsWith('--')
    ? []
    : shown.filter(({ short }) => short).map(({ short, usage }) => `-${short}\t${usage.split('\n')[0]}`)
  return [...names, ...shorts].sort()
}

const formats = [
  'json',
  'yaml',
  'name',
  'go-template',
  'go-template-file',
  'template',
  'templatefile',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
]

function* flagValues(kubectl: Kubectl, { name }: FlagSpec, args: readonly string[]): Sys<Candidates> {
  switch (name) {
    case 'namespace':
      return only(yield* namesOf(kubectl, 'namespaces'))
    case 'output':
      return only(
        kubectl.path === 'kubectl get'
          ? [...formats, 'custom-columns', 'custom-columns-file', 'wide']
          : formats,
      )
    case 'dry-run':
      return only(['none', 'server', 'client'])
    case 'filename':
      return { lines: ['json', 'yaml', 'yml'], directive: FILTER_EXTENSIONS }
    case 'context':
    case 'cluster':
    case 'user':
      return only((yield* configNames(kubectl))[name])
    case 'container':
      return only(yield* containersOf(kubectl, args[0]))
  }
  return { lines: [], directive: /file|dir|kubeconfig|certificate|key/.test(name) ? 0 : NO_FILES }
}

function* configNames(kubectl: Kubectl): Sys<Record<'context' | 'cluster' | 'user', string[]>> {
  const { contexts, clusters, users } = readConfig(kubectl)
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort()
  return { context: names(contexts), cluster: names(clusters), user: names(users) }
}

function* containersOf(kubectl: Kubectl, target: string | undefined): Sys<string[]> {
  if (!target) return []
  const name = target.replace(/^pods?\//, '')
  const pod = yield* kubectl.api.call({ path: `/api/v1/namespaces/${kubectl.namespace}/pods/${name}` })
  const { containers = [], initContainers = [] } = (pod['spec'] ?? {}) as {
    containers?: readonly JsonObject[]
    initContainers?: readonly JsonObject[]
  }
  return [...containers, ...initContainers].map((container) => String(container['name']))
}
