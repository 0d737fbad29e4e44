import type { Pod } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../kernel/api/objects.ts'
import type { Cause } from '../causes.ts'
import type { ClusterModel } from '../cluster-model.ts'
import type { Messages } from '../text/en.ts'
import { virtualTimeOf } from '../virtual-time.ts'
import { ownersOf } from './owners.ts'
import { shortUser } from './short-user.ts'

/** One link of the chain that led to how an object is. */
export interface WhyStep {
  readonly at: number
  readonly text: string
  readonly tone: 'accent' | 'good' | 'bad' | 'dim'
  readonly object?: KubeObject
}

const MAX_STEPS = 60
/** What is only known to the second comes after what happened within it. */
const COARSE_MS = 999

/** What led to an object as it is: who wrote it and its owners, what the scheduler decided, what was observed; oldest first. */
export function whyOf(object: KubeObject, model: ClusterModel, t: Messages): WhyStep[] {
  const steps = [
    ...ownersOf(object, model).flatMap((owner) => ownerSteps(owner, object, model, t)),
    ...writeSteps(object, model, t),
    ...schedulingSteps(object, model, t),
    ...eventSteps(object, model, t),
    ...conditionSteps(object, model, t),
  ]
  return steps.sort((a, b) => a.at - b.at).slice(-MAX_STEPS)
}

/** Of an owner: how it came to be, and the run of its controller that made the object. */
function ownerSteps(owner: KubeObject, object: KubeObject, model: ClusterModel, t: Messages): WhyStep[] {
  const made = virtualTimeOf(object.metadata.creationTimestamp)
  const created = model.causes.writesTo(owner).find(isCreation)
  const run = model.causes.runsOver(owner).findLast(({ at }) => at <= made + 1000)
  return [
    ...(created
      ? [{ at: created.at, text: written(created, owner, t), tone: 'accent' as const, object: owner }]
      : []),
    ...(run
      ? [
          {
            at: run.at,
            text: t.why.reconciled(run.who, Number(run.what)),
            tone: 'dim' as const,
            object: owner,
          },
        ]
      : []),
  ]
}

function writeSteps(object: KubeObject, model: ClusterModel, t: Messages): WhyStep[] {
  const own = model.causes
    .writesTo(object)
    .filter(({ subresource }) => subresource !== 'status' && subresource !== 'binding')
  return own.map((cause) => {
    const refused = cause.code >= 300
    const text = written(cause, object, t) + (refused ? ` (${t.why.refused(cause.code)})` : '')
    return { at: cause.at, text, tone: refused ? 'bad' : 'accent' }
  })
}

const isCreation = ({ what, code }: Cause): boolean => what === 'create' && code < 300

function written({ who, what, subresource }: Cause, { kind, metadata }: KubeObject, t: Messages): string {
  const say = t.why[what as 'create' | 'update' | 'patch' | 'delete']
  return say(shortUser(who), `${kind} ${metadata.name}${subresource ? ` (${subresource})` : ''}`)
}

function schedulingSteps({ kind, metadata }: KubeObject, model: ClusterModel, t: Messages): WhyStep[] {
  if (kind !== 'Pod') return []
  const key = `${metadata.namespace}/${metadata.name}`
  return model.scheduling
    .filter(({ pod }) => pod === key)
    .map(({ at, node }) => ({
      at,
      text: node ? t.why.bound(node) : t.why.unschedulable,
      tone: node ? 'accent' : 'bad',
    }))
}

function eventSteps(object: KubeObject, model: ClusterModel, t: Messages): WhyStep[] {
  return model.objects
    .eventsOf(object)
    .filter(({ reason }) => reason !== 'Scheduled' && reason !== 'FailedScheduling')
    .map(
      ({ metadata, reason = '', message, type, source, reportingComponent, firstTimestamp, eventTime }) => ({
        at: model.seenAt.get(metadata.uid ?? '') ?? virtualTimeOf(firstTimestamp ?? eventTime) + COARSE_MS,
        text: t.why.observed(source?.component || reportingComponent || '', `${reason}. ${message ?? ''}`),
        tone: type === 'Warning' ? 'bad' : 'dim',
      }),
    )
}

function conditionSteps(object: KubeObject, model: ClusterModel, t: Messages): WhyStep[] {
  const conditions = (object as Pod).status?.conditions ?? []
  return conditions.flatMap(({ type, status, lastTransitionTime }) => {
    if (!TOLD.has(type) || !lastTransitionTime) return []
    const text =
      type === 'Ready' ? (status === 'True' ? t.why.ready : t.why.notReady) : t.why.turned(type, status)
    const seen = type === 'Ready' ? model.seenAt.get(object.metadata.uid ?? '') : undefined
    return [
      {
        at: seen ?? virtualTimeOf(lastTransitionTime) + COARSE_MS,
        text,
        tone: status === 'True' ? ('good' as const) : ('bad' as const),
      },
    ]
  })
}

const TOLD = new Set(['Ready', 'Available', 'Progressing', 'DisruptionTarget'])
