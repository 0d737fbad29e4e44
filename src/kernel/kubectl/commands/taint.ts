import type { Taint } from 'kubernetes-types/core/v1'
import { validateLabelValue, validateQualifiedName } from '../../api/names.ts'
import type { JsonObject } from '../../api/objects.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { twoWayPatch } from '../../api/patch/two-way.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { throwAll, UsageError } from '../errors.ts'
import { bool } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { validationOf } from './manifest-options.ts'
import { dryRunFlag, fieldManagerFlag, selectorFlag, validateFlag } from './shared-flags.ts'
import { operationPrinter, writeQuery } from './writing.ts'

export const taint: Command = {
  use: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  short: 'Update the taints on one or more nodes',
  example: `  # Update node 'foo' with a taint with key 'dedicated' and value 'special-user' and effect 'NoSchedule'
  kubectl taint nodes foo dedicated=special-user:NoSchedule

  # Remove from node 'foo' the taint with key 'dedicated' and effect 'NoSchedule' if one exists
  kubectl taint nodes foo dedicated:NoSchedule-`,
  group: 'Cluster Management Commands',
  flags: [
    ...printFlags,
    bool(
      'overwrite',
      'If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints.',
    ),
    bool('all', 'Select all nodes in the cluster'),
    selectorFlag,
    dryRunFlag,
    validateFlag,
    fieldManagerFlag('kubectl-taint'),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const isChange = (argument: string) =>
      argument.includes('=') || argument.endsWith('-') || argument.includes(':')
    const first = args.findIndex(isChange)
    const resources = first < 0 ? [...args] : args.slice(0, first)
    const specs = first < 0 ? [] : args.slice(first)
    const late = specs.find((argument) => !isChange(argument))
    if (late !== undefined)
      throw new UserError(`all resources must be specified before taint changes: ${late}`)
    if (flags.bool('all') && flags.string('selector'))
      throw new UserError("setting 'all' parameter with a non empty selector is prohibited")
    if (!resources.length) throw new UserError('one or more resources must be specified as <resource> <name>')
    if (!specs.length) throw new UserError('at least one taint update is required')
    if (!/^(no|nodes?|nodes?\/.*)$/.test(resources[0] as string))
      throw new UserError(`invalid resource type ${resources[0]}, only node(s) is supported`)
    if (
      resources.length < 2 &&
      !flags.string('selector') &&
      !flags.bool('all') &&
      !resources[0]?.includes('/')
    )
      throw new UserError("at least one resource name must be specified since 'all' parameter is not set")
    const changes = changesOf(specs)
    const result = yield* select(kubectl, {
      args: resources,
      all: flags.bool('all'),
      labelSelector: flags.string('selector'),
      continueOnError: true,
    })
    yield* result.visit((info) => taintOne(kubectl, info, changes))
    return 0
  },
}

function changesOf(specs: readonly string[]): Changes {
  try {
    return parseTaints(specs)
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error
  }
}

interface Changes {
  readonly add: readonly Taint[]
  readonly remove: readonly Taint[]
}

/** kubectl: taint/utils.go parseTaints */
export function parseTaints(specs: readonly string[]): Changes {
  const add: Taint[] = []
  const remove: Taint[] = []
  for (const spec of specs) {
    if (spec.endsWith('-')) remove.push(parseTaint(spec.slice(0, -1), false))
    else {
      const one = parseTaint(spec, true)
      if (!one.effect) throw new UserError(`invalid taint spec: ${spec}`)
      if (add.some(({ key, effect }) => key === one.key && effect === one.effect))
        throw new UserError(`duplicated taints with the same key and effect: ${taintText(one)}`)
      add.push(one)
    }
  }
  return { add, remove }
}

function parseTaint(spec: string, adding: boolean): Taint {
  const bad = () => new UserError(`invalid taint spec: ${spec}`)
  const parts = spec.split(':')
  const [pair = '', effect = ''] = parts
  if (parts.length > 2 || (adding && parts.length < 2 && pair.includes('='))) throw bad()
  if (effect && !/^(NoSchedule|PreferNoSchedule|NoExecute)$/.test(effect))
    throw new UserError(`invalid taint effect: ${effect}, unsupported taint effect`)
  const [key = '', value = '', ...rest] = pair.split('=')
  if (rest.length) throw bad()
  if (validateLabelValue(value).length)
    throw new UserError(`invalid taint spec: ${spec}, ${validateLabelValue(value).join('; ')}`)
  if (validateQualifiedName(key).length)
    throw new UserError(`invalid taint spec: ${spec}, ${validateQualifiedName(key).join('; ')}`)
  return { key, ...(value ? { value } : {}), effect } as Taint
}

const taintText = ({ key, value, effect }: Taint) => `${key}${value ? `=${value}` : ''}:${effect}`

function* taintOne(kubectl: Kubectl, info: Info, changes: Changes): Sys<void> {
  const node = info.object as KubeLike
  const spec = (node['spec'] ?? {}) as JsonObject
  const known = (spec['taints'] ?? []) as unknown as readonly Taint[]
  if (!kubectl.flags.bool('overwrite')) {
    const taken = changes.add.filter(({ key, effect }) =>
      known.some((one) => one.key === key && one.effect === effect),
    )
    if (taken.length)
      throw new UserError(
        `node ${info.name} already has ${[...new Set(taken.map(({ key }) => key))].join(',')} taint(s) with same effect(s) and --overwrite is false`,
      )
  }
  const { taints, operation } = reorganize(known, changes)
  const { taints: _, ...rest } = spec
  const changed = {
    ...node,
    spec: { ...rest, ...(taints.length ? { taints: taints as unknown as JsonObject[] } : {}) },
  } as KubeLike
  const shown =
    dryRunOf(kubectl) === 'client'
      ? changed
      : yield* info.patch(
          patchTypes.strategic,
          twoWayPatch(node, changed, patchSchemaOf('core.v1.Node')),
          writeQuery(kubectl, 'kubectl-taint', validationOf(kubectl)),
        )
  // Only a dry run of the client is said to be one (kubectl: taint.go RunTaint).
  const printer =
    dryRunOf(kubectl) === 'server' ? printerFor(kubectl, operation) : operationPrinter(kubectl, operation)
  yield* kubectl.out(printer.print(shown))
}

/** kubectl: taint/utils.go reorganizeTaints */
function reorganize(
  known: readonly Taint[],
  { add, remove }: Changes,
): { taints: Taint[]; operation: string } {
  const matches = (a: Taint, b: Taint) => a.key === b.key && (a.effect === b.effect || !b.effect)
  const missing = remove.filter((one) => !known.some((other) => matches(other, one)))
  throwAll(
    missing.map(
      (one) => new UserError(`taint ${one.effect ? `"${one.key}:${one.effect}"` : `"${one.key}"`} not found`),
    ),
  )
  const kept = known.filter(
    (one) =>
      !remove.some((other) => matches(one, other)) &&
      !add.some(({ key, effect }) => key === one.key && effect === one.effect),
  )
  const overwritten = add.some(({ key, effect }) =>
    known.some((one) => one.key === key && one.effect === effect),
  )
  const operation =
    overwritten || (add.length && remove.length) ? 'modified' : add.length ? 'tainted' : 'untainted'
  return { taints: [...add, ...kept], operation }
}
