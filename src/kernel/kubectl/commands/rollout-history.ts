import type { ControllerRevision, Deployment } from 'kubernetes-types/apps/v1'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { equalJson } from '../../api/json.ts'
import { printSelector, selectorFromObject, type LabelSelectorObject } from '../../api/labels.ts'
import type { Json, JsonObject } from '../../api/objects.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { strategicMergePatch } from '../../api/patch/strategic.ts'
import { structNameOf } from '../../api/schema/types.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { podTemplateText } from '../describe/pod-template.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { bare, replicaSetsOf, sameTemplate } from '../replica-sets.ts'
import { alignTabs } from '../tab-writer.ts'
import { revisionOf } from './rollout-status.ts'
import { annotationsOf, CHANGE_CAUSE, LAST_APPLIED } from './writing.ts'

export interface Revision {
  readonly revision: number
  readonly template: PodTemplateSpec | undefined
  readonly changeCause: string
  /** The ReplicaSet or ControllerRevision that keeps it. */
  readonly object: KubeLike
}

export interface History {
  readonly revisions: readonly Revision[]
  /** The table, or one template (kubectl: polymorphichelpers/history.go ViewHistory). */
  text(revision: number): string
}

export function* historyOf(kubectl: Kubectl, info: Info): Sys<History> {
  const revisions = yield* revisionsOf(kubectl, info)
  return { revisions, text: (revision) => historyText(revisions, revision) }
}

function historyText(revisions: readonly Revision[], revision: number): string {
  if (!revisions.length) return 'No rollout history found.'
  if (revision > 0) {
    const found = revisions.find((one) => one.revision === revision)
    if (!found) throw new UserError('unable to find the specified revision')
    return podTemplateText(found.template)
  }
  const rows = revisions.map(({ revision: number, changeCause }) => `${number}\t${changeCause || '<none>'}\n`)
  return alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`)
}

/** Oldest first. */
function* revisionsOf(kubectl: Kubectl, info: Info): Sys<Revision[]> {
  const found =
    info.mapping.kind === 'Deployment'
      ? yield* ofDeployment(kubectl, info)
      : yield* ofControllerRevisions(kubectl, info)
  return found.sort((a, b) => a.revision - b.revision)
}

function* ofDeployment(kubectl: Kubectl, info: Info): Sys<Revision[]> {
  const sets = yield* replicaSetsOf(kubectl, info.object as unknown as Deployment)
  return sets
    .filter((set) => revisionOf(set as never))
    .map((set) => ({
      revision: revisionOf(set as never),
      template: set.spec?.template,
      changeCause: set.metadata?.annotations?.[CHANGE_CAUSE] ?? '',
      object: { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...(set as object) } as KubeLike,
    }))
}

function* ofControllerRevisions(kubectl: Kubectl, info: Info): Sys<Revision[]> {
  if (!/^(DaemonSet|StatefulSet)$/.test(info.mapping.kind))
    throw new UserError(
      `no history viewer has been implemented for {${info.mapping.group} ${info.mapping.kind}}`,
    )
  const { selector } = (info.object?.['spec'] ?? {}) as { selector?: LabelSelectorObject }
  const list = yield* kubectl.api.call({
    path: `/apis/apps/v1/namespaces/${info.namespace}/controllerrevisions`,
    query: { labelSelector: printSelector(selectorFromObject(selector)) },
  })
  const uid = info.metadata['uid']
  const owned = ((list['items'] ?? []) as unknown as ControllerRevision[]).filter(({ metadata }) =>
    metadata?.ownerReferences?.some((owner) => owner.controller && owner.uid === uid),
  )
  return owned.map((one) => ({
    revision: one.revision,
    template: (applied(info, one)['spec'] as { template?: PodTemplateSpec } | undefined)?.template,
    changeCause: one.metadata?.annotations?.[CHANGE_CAUSE] ?? '',
    object: one as unknown as KubeLike,
  }))
}

/** The object as the revision has it. */
function applied({ object, mapping }: Info, { data }: ControllerRevision): JsonObject {
  const struct = structNameOf(mapping.group, mapping.version, mapping.kind)
  if (!struct) return plainApplied(object as JsonObject, (data ?? {}) as JsonObject)
  return strategicMergePatch(object as JsonObject, (data ?? {}) as JsonObject, patchSchemaOf(struct))
}

/** Revisions hold the whole template with `$patch: replace`. */
function plainApplied(object: JsonObject, data: JsonObject): JsonObject {
  const spec = (data['spec'] ?? {}) as JsonObject
  const { $patch: _, ...template } = (spec['template'] ?? {}) as JsonObject
  return { ...object, spec: { ...(object['spec'] as JsonObject), template } }
}

const notFound = (revision: number) =>
  new UserError(`unable to find specified revision ${revision} in history`)
const skipped = (revision: number) =>
  `skipped rollback (current template already matches revision ${revision})`

/** Go back to a revision, 0 is the one before; returns what to say (kubectl: polymorphichelpers/rollback.go). */
export function* rollBack(kubectl: Kubectl, info: Info, toRevision: number): Sys<string> {
  if (toRevision < 0) throw notFound(toRevision)
  if (info.mapping.kind === 'Deployment') return yield* rollBackDeployment(kubectl, info, toRevision)
  return yield* rollBackControllerRevision(kubectl, info, toRevision)
}

function target(revisions: readonly Revision[], toRevision: number): Revision | undefined {
  return toRevision > 0 ? revisions.find(({ revision }) => revision === toRevision) : revisions.at(-2)
}

const ownAnnotations = new Set([
  LAST_APPLIED,
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
])

function* rollBackDeployment(kubectl: Kubectl, info: Info, toRevision: number): Sys<string> {
  const current = (yield* kubectl.api.call({ path: info.path() })) as unknown as Deployment
  const found = target(yield* revisionsOf(kubectl, info), toRevision)
  if (!found)
    throw toRevision > 0
      ? notFound(toRevision)
      : new UserError(`no rollout history found for deployment "${info.name}"`)
  if (dryRunOf(kubectl) === 'client') return podTemplateText(found.template)
  if (current.spec?.paused)
    throw new UserError(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    )
  if (sameTemplate(found.template, current.spec?.template)) return skipped(toRevision)
  const annotations: Record<string, string> = {}
  for (const [key, value] of Object.entries(annotationsOf(current as never)))
    if (ownAnnotations.has(key)) annotations[key] = value
  for (const [key, value] of Object.entries(annotationsOf(found.object)))
    if (!ownAnnotations.has(key)) annotations[key] = value
  const operations = [
    { op: 'replace', path: '/spec/template', value: bare(found.template) },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ]
  yield* kubectl.api.call({
    method: 'PATCH',
    path: info.path(),
    body: operations,
    contentType: patchTypes.json,
    query: dryRunQuery(kubectl),
  })
  return 'rolled back'
}

const dryRunQuery = (kubectl: Kubectl) => ({ dryRun: dryRunOf(kubectl) === 'server' ? 'All' : undefined })

function* rollBackControllerRevision(kubectl: Kubectl, info: Info, toRevision: number): Sys<string> {
  const revisions = yield* revisionsOf(kubectl, info)
  if (toRevision === 0 && revisions.length <= 1) throw new UserError('no last revision to roll back to')
  const found = target(revisions, toRevision)
  if (!found) throw notFound(toRevision)
  if (dryRunOf(kubectl) === 'client') return `will roll back to ${podTemplateText(found.template)}`
  const { template } = (info.object?.['spec'] ?? {}) as { template?: PodTemplateSpec }
  if (equalJson(template as unknown as Json, found.template as unknown as Json)) return skipped(toRevision)
  const { data } = found.object as unknown as ControllerRevision
  yield* kubectl.api.call({
    method: 'PATCH',
    path: info.path(),
    body: data,
    contentType: patchTypes.strategic,
    query: dryRunQuery(kubectl),
  })
  return 'rolled back'
}
