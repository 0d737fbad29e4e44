import { goQuote } from '../../api/go-quote.ts'
import { equalJson } from '../../api/json.ts'
import type { JsonObject } from '../../api/objects.ts'
import { createMergePatch } from '../../api/patch/merge.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { throwAll } from '../errors.ts'
import { bool, text } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { parseLabelChanges, splitPairs, type KeyChanges } from './key-changes.ts'
import { fileSelection } from './manifest-options.ts'
import {
  allNamespacesFlag,
  dryRunFlag,
  fieldManagerFlag,
  fieldSelectorFlag,
  filenameFlags,
  recordFlag,
  selectorFlag,
} from './shared-flags.ts'
import { labelsOf, operationPrinter, recorded, writeQuery } from './writing.ts'

export const label: Command = {
  use: 'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the labels on a resource',
  example: `  # Update pod 'foo' with the label 'unhealthy' and the value 'true'
  kubectl label pods foo unhealthy=true

  # Update pod 'foo' by removing a label named 'bar' if it exists
  # Does not require the --overwrite flag
  kubectl label pods foo bar-`,
  group: 'Settings Commands',
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource to update the labels'),
    bool(
      'overwrite',
      'If true, allow labels to be overwritten, otherwise reject label updates that overwrite existing labels.',
    ),
    bool('list', 'If true, display the labels for a given resource.'),
    bool('local', 'If true, label will NOT contact api-server but run locally.'),
    bool('all', 'Select all resources, in the namespace of the specified resource types'),
    text(
      'resource-version',
      'If non-empty, the labels update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.',
    ),
    allNamespacesFlag,
    selectorFlag,
    fieldSelectorFlag,
    dryRunFlag,
    fieldManagerFlag('kubectl-label'),
    recordFlag,
  ],
  *run(kubectl, args) {
    const { resources, pairs } = splitPairs(args, 'label')
    checkArguments(kubectl, resources, pairs, 'label')
    const changes = parseLabelChanges(pairs)
    const result = yield* select(kubectl, keyedSelection(kubectl, resources))
    requireOne(kubectl, result.single)
    yield* result.visit(function* (info) {
      yield* labelOne(kubectl, info, changes, args, result.single)
    })
    return 0
  },
}

export function checkArguments(
  { flags }: Kubectl,
  resources: readonly string[],
  pairs: readonly string[],
  what: string,
): void {
  if (flags.bool('all') && flags.string('selector'))
    throw new UserError('cannot set --all and --selector at the same time')
  if (flags.bool('all') && flags.string('field-selector'))
    throw new UserError('cannot set --all and --field-selector at the same time')
  if (!resources.length && !flags.list('filename').length && !flags.string('kustomize'))
    throw new UserError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  if (!pairs.length && !flags.bool('list')) throw new UserError(`at least one ${what} update is required`)
}

export const keyedSelection = (kubectl: Kubectl, resources: readonly string[]) => ({
  ...fileSelection(kubectl),
  args: resources,
  all: kubectl.flags.bool('all'),
  allNamespaces: kubectl.flags.bool('all-namespaces'),
  labelSelector: kubectl.flags.string('selector'),
  fieldSelector: kubectl.flags.string('field-selector'),
  local: kubectl.flags.bool('local'),
  latest: !kubectl.flags.bool('local'),
  continueOnError: true,
})

function* labelOne(
  kubectl: Kubectl,
  info: Info,
  changes: KeyChanges,
  args: readonly string[],
  single: boolean,
): Sys<void> {
  const old = info.object as KubeLike
  const listing = kubectl.flags.bool('list')
  const changed = recorded(kubectl, args, yield* withLabels(kubectl, old, changes))
  const local = kubectl.flags.bool('local') || dryRunOf(kubectl) === 'client' || listing
  let shown = changed
  if (!local)
    shown = yield* info.patch(
      patchTypes.merge,
      withVersion(kubectl, createMergePatch(old, changed), changed),
      writeQuery(kubectl, 'kubectl-label'),
    )
  if (listing) return yield* list(kubectl, info, shown, single)
  yield* kubectl.out(operationPrinter(kubectl, messageFor(kubectl, old, changed)).print(shown))
}

export function requireOne({ flags }: Kubectl, single: boolean): void {
  if (flags.string('resource-version') && !single)
    throw new UserError('--resource-version may only be used with a single resource')
}

/** --resource-version makes the write depend on it. */
export const withVersion = ({ flags }: Kubectl, patch: JsonObject, _object: KubeLike): JsonObject => {
  const resourceVersion = flags.string('resource-version')
  return resourceVersion
    ? { ...patch, metadata: { ...((patch['metadata'] ?? {}) as JsonObject), resourceVersion } }
    : patch
}

/** kubectl: label.go updateDataChangeMsg */
function messageFor({ flags }: Kubectl, old: KubeLike, changed: KubeLike): string {
  if (equalJson(old, changed)) return 'not labeled'
  return !flags.bool('overwrite') && JSON.stringify(changed).length < JSON.stringify(old).length
    ? 'unlabeled'
    : 'labeled'
}

function* withLabels(kubectl: Kubectl, object: KubeLike, { set, remove }: KeyChanges): Sys<KubeLike> {
  const labels = { ...labelsOf(object) }
  if (!kubectl.flags.bool('overwrite')) {
    const taken = Object.entries(set).filter(
      ([key, value]) => Object.hasOwn(labels, key) && labels[key] !== value,
    )
    throwAll(
      taken.map(
        ([key]) => new UserError(`'${key}' already has a value (${labels[key]}), and --overwrite is false`),
      ),
    )
  }
  for (const key of remove) {
    if (!Object.hasOwn(labels, key)) yield* kubectl.out(`label ${goQuote(key)} not found.\n`)
    delete labels[key]
  }
  Object.assign(labels, set)
  const metadata: Record<string, unknown> = { ...object.metadata, labels }
  if (!Object.keys(labels).length) delete metadata['labels']
  return { ...object, metadata } as unknown as KubeLike
}

function* list(kubectl: Kubectl, info: Info, object: KubeLike, single: boolean): Sys<void> {
  const { kind, group } = info.mapping
  if (!single) yield* kubectl.out(`Listing labels for ${kind}.${group}/${info.name}:\n`)
  const labels = labelsOf(object)
  for (const key of Object.keys(labels).sort())
    yield* kubectl.out(`${single ? '' : ' '}${key}=${labels[key]}\n`)
}
