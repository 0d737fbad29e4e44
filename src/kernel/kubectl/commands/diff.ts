import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { Exit, isNotFound, report } from '../errors.ts'
import { bool, int } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { omitManagedFields } from '../printers/output.ts'
import { unifiedDiff } from '../unified-diff.ts'
import { printYaml } from '../yaml-output.ts'
import { applyPatch } from './apply-patch.ts'
import { pruneFlags, pruneTargets, type Visited } from './apply-prune.ts'
import { fileSelection, requireFiles } from './manifest-options.ts'
import { fieldManagerFlag, filenameFlags, selectorFlag } from './shared-flags.ts'
import { withoutLastApplied } from './writing.ts'

export const diff: Command = {
  use: 'diff -f FILENAME',
  short: 'Diff the live version against a would-be applied version',
  long: 'Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.\n\n The output is always YAML.\n\n Exit status: 0 No differences were found. 1 Differences were found. >1 Kubectl or diff failed with an error.',
  group: 'Advanced Commands',
  flags: [
    ...filenameFlags('contains the configuration to diff'),
    selectorFlag,
    bool('server-side', 'If true, apply runs in the server instead of the client.'),
    bool('force-conflicts', 'If true, server-side apply will force the changes against conflicts.'),
    bool('show-managed-fields', 'If true, include managed fields in the diff.'),
    int('concurrency', 'Number of objects to process in parallel when diffing against the live version.', {
      initial: '1',
    }),
    fieldManagerFlag(''),
    ...pruneFlags,
  ],
  *run(kubectl) {
    try {
      requireFiles(kubectl)
      return (yield* diffAll(kubectl)) ? 1 : 0
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      // Everything but a difference is worse than 1.
      const { text, code } = report(error)
      throw new Exit(code > 1 ? code : 2, text)
    }
  },
}

function* diffAll(kubectl: Kubectl): Sys<boolean> {
  const { flags, os } = kubectl
  const folders = { live: `/tmp/LIVE-${id(kubectl)}`, merged: `/tmp/MERGED-${id(kubectl)}` }
  const visited: Visited = { uids: new Set(), namespaces: new Set() }
  const files: DiffFile[] = []
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    labelSelector: flags.string('selector'),
  })
  yield* result.visit(function* (info) {
    files.push(yield* compare(kubectl, info, visited))
  })
  if (flags.bool('prune'))
    for (const info of yield* pruneTargets(kubectl, visited))
      files.push({ name: fileName(info), live: info.object, merged: undefined })
  let different = false
  for (const file of files.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const text = hunks(kubectl, file)
    if (!text) continue
    different = true
    const [live, merged] = [`${folders.live}/${file.name}`, `${folders.merged}/${file.name}`]
    const stamp = `${new Date(os.clock).toISOString().replace('T', ' ').slice(0, 23)}000000 +0000`
    yield* kubectl.out(
      `diff -u -N ${live} ${merged}\n--- ${live}\t${file.live ? stamp : absent}\n+++ ${merged}\t${file.merged ? stamp : absent}\n${text}`,
    )
  }
  return different
}

const absent = '1970-01-01 00:00:00.000000000 +0000'
const id = ({ os }: Kubectl) => String(Math.floor(os.random() * 4_294_967_296))

interface DiffFile {
  readonly name: string
  readonly live: KubeLike | undefined
  readonly merged: KubeLike | undefined
}

/** `apps.v1.Deployment.default.web` */
const fileName = ({ mapping, namespace, name }: Info) =>
  [mapping.group, mapping.version, mapping.kind, namespace, name].filter((part, i) => part || i > 2).join('.')

function* compare(kubectl: Kubectl, info: Info, visited: Visited): Sys<DiffFile> {
  const wanted = info.object as KubeLike
  let live: KubeLike | undefined
  try {
    live = (yield* kubectl.api.call({ path: info.path() })) as KubeLike
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  if (live?.metadata?.['uid']) visited.uids.add(String(live.metadata['uid']))
  if (info.mapping.namespaced) visited.namespaces.add(info.namespace)
  return { name: fileName(info), live, merged: yield* merged(kubectl, info, wanted, live) }
}

/** What the server would make of it. */
function* merged(kubectl: Kubectl, info: Info, wanted: KubeLike, live: KubeLike | undefined): Sys<KubeLike> {
  const { flags } = kubectl
  const fieldManager = flags.string('field-manager')
  if (flags.bool('server-side')) {
    const query = {
      dryRun: 'All',
      fieldManager: fieldManager || 'kubectl',
      force: flags.bool('force-conflicts'),
    }
    return yield* info.patch(patchTypes.apply, wanted, query)
  }
  const query = { dryRun: 'All', fieldManager: fieldManager || 'kubectl-client-side-apply' }
  if (!live) return yield* info.create(wanted, query)
  const patch = applyPatch(info, unannotated(wanted), live)
  if (!Object.keys(patch.body).length) return live
  const metadata = {
    ...((patch.body['metadata'] ?? {}) as JsonObject),
    resourceVersion: live.metadata?.['resourceVersion'],
  }
  return yield* info.patch(patch.type, { ...patch.body, metadata }, query)
}

/** What is applied says nothing of what was applied (kubectl: util.GetModifiedConfiguration without annotate). */
function unannotated(wanted: KubeLike): KubeLike {
  const bare = withoutLastApplied(wanted)
  const metadata = bare.metadata ?? {}
  return { ...bare, metadata: { ...metadata, annotations: metadata['annotations'] ?? {} } } as KubeLike
}

function hunks({ flags }: Kubectl, { live, merged: after }: DiffFile): string {
  const keep = flags.bool('show-managed-fields')
  const shown = (object: KubeLike) => (keep ? object : omitManagedFields(object))
  const [before, next] =
    live?.kind === 'Secret' || after?.kind === 'Secret' ? masked(live, after) : [live, after]
  return unifiedDiff(before ? printYaml(shown(before)) : '', next ? printYaml(shown(next)) : '')
}

/** Values of secrets show only whether they differ (kubectl: diff.go Masker). */
function masked(
  live: KubeLike | undefined,
  after: KubeLike | undefined,
): [KubeLike | undefined, KubeLike | undefined] {
  const [before, next] = [(live?.['data'] ?? {}) as JsonObject, (after?.['data'] ?? {}) as JsonObject]
  const hide = (
    object: KubeLike | undefined,
    own: JsonObject,
    other: JsonObject,
    word: string,
  ): KubeLike | undefined => {
    if (!object?.['data']) return object
    const data = Object.fromEntries(
      Object.keys(own).map((key) => [key, key in other && own[key] !== other[key] ? `*** (${word})` : '***']),
    )
    return { ...object, data } as KubeLike
  }
  return [hide(live, before, next, 'before'), hide(after, next, before, 'after')]
}
