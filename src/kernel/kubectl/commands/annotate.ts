import { createMergePatch } from '../../api/patch/merge.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { bool, text } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { parseAnnotationChanges, splitPairs, type KeyChanges } from './key-changes.ts'
import { checkArguments, keyedSelection, requireOne, withVersion } from './label.ts'
import {
  allNamespacesFlag,
  dryRunFlag,
  fieldManagerFlag,
  fieldSelectorFlag,
  filenameFlags,
  recordFlag,
  selectorFlag,
} from './shared-flags.ts'
import { annotationsOf, operationPrinter, recorded, writeQuery } from './writing.ts'

export const annotate: Command = {
  use: 'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the annotations on a resource',
  example: `  # Update pod 'foo' with the annotation 'description' and the value 'my frontend'
  kubectl annotate pods foo description='my frontend'`,
  group: 'Settings Commands',
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource to update the annotation'),
    bool(
      'overwrite',
      'If true, allow annotations to be overwritten, otherwise reject annotation updates that overwrite existing annotations.',
    ),
    bool('list', 'If true, display the annotations for a given resource.'),
    bool('local', 'If true, annotation will NOT contact api-server but run locally.'),
    bool('all', 'Select all resources, in the namespace of the specified resource types.'),
    text(
      'resource-version',
      'If non-empty, the annotation update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.',
    ),
    allNamespacesFlag,
    selectorFlag,
    fieldSelectorFlag,
    dryRunFlag,
    fieldManagerFlag('kubectl-annotate'),
    recordFlag,
  ],
  *run(kubectl, args) {
    const { resources, pairs } = splitPairs(args, 'annotation')
    checkArguments(kubectl, resources, pairs, 'annotation')
    const changes = parseAnnotationChanges(pairs)
    const result = yield* select(kubectl, keyedSelection(kubectl, resources))
    requireOne(kubectl, result.single)
    yield* result.visit(function* (info) {
      yield* annotateOne(kubectl, info, changes, args, result.single)
    })
    return 0
  },
}

function* annotateOne(
  kubectl: Kubectl,
  info: Info,
  changes: KeyChanges,
  args: readonly string[],
  single: boolean,
): Sys<void> {
  const old = info.object as KubeLike
  if (kubectl.flags.bool('list')) return yield* list(kubectl, info, old, single)
  checkOverwrite(kubectl, old, changes)
  const annotations: Record<string, string> = { ...annotationsOf(old), ...changes.set }
  for (const key of changes.remove) delete annotations[key]
  const metadata: Record<string, unknown> = { ...old.metadata, annotations }
  if (!Object.keys(annotations).length) delete metadata['annotations']
  const changed = recorded(kubectl, args, { ...old, metadata } as unknown as KubeLike)
  const local = kubectl.flags.bool('local') || dryRunOf(kubectl) === 'client'
  const shown = local
    ? changed
    : yield* info.patch(
        patchTypes.merge,
        withVersion(kubectl, createMergePatch(old, changed), changed),
        writeQuery(kubectl, 'kubectl-annotate'),
      )
  yield* kubectl.out(operationPrinter(kubectl, 'annotated').print(shown))
}

function checkOverwrite({ flags }: Kubectl, old: KubeLike, { set }: KeyChanges): void {
  if (flags.bool('overwrite')) return
  const known = annotationsOf(old)
  const taken = Object.keys(set)
    .sort()
    .filter((key) => Object.hasOwn(known, key))
  if (taken.length)
    throw new UserError(
      `--overwrite is false but found the following declared annotation(s): ${taken.map((key) => `'${key}' already has a value (${known[key]})`).join('; ')}`,
    )
}

function* list(kubectl: Kubectl, info: Info, object: KubeLike, single: boolean): Sys<void> {
  const { kind, group } = info.mapping
  if (!single) yield* kubectl.out(`Listing annotations for ${kind}.${group}/${info.name}:\n`)
  const annotations = annotationsOf(object)
  for (const key of Object.keys(annotations).sort())
    yield* kubectl.out(`${single ? '' : ' '}${key}=${annotations[key]}\n`)
}
