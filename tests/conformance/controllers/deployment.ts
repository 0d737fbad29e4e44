import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from 'kubernetes-types/apps/v1'
import type { Pod, PodTemplateSpec } from 'kubernetes-types/core/v1'
import {
  countFromAnnotation,
  replicasAnnotationsNeedUpdate,
  withReplicas,
} from '../../../src/kernel/controllers/deployment/annotations.ts'
import { outdated } from '../../../src/kernel/controllers/deployment/history.ts'
import { rolloutStatus } from '../../../src/kernel/controllers/deployment/rollout-status.ts'
import {
  currentSize,
  shrinkOld,
  smallerSizes,
  unhealthySizes,
} from '../../../src/kernel/controllers/deployment/rolling.ts'
import {
  actualReplicaCount,
  fractionOf,
  maxUnavailable,
  minAvailable,
  newSetSize,
  replicaCount,
  resolveFenceposts,
} from '../../../src/kernel/controllers/deployment/rolling-size.ts'
import { scaleProportionally } from '../../../src/kernel/controllers/deployment/scale.ts'
import { divide, equalIgnoringHash, isActiveSet } from '../../../src/kernel/controllers/deployment/sets.ts'
import {
  conditionOfStatus,
  isComplete,
  isProgressing,
  isTimedOut,
  removeCondition,
  setCondition,
  stuckAfterMs,
} from '../../../src/kernel/controllers/deployment/status.ts'
import type {
  Rollout,
  StoredDeployment,
  StoredReplicaSet,
} from '../../../src/kernel/controllers/deployment/types.ts'
import { oldPodsRunning } from '../../../src/kernel/controllers/deployment.ts'
import { difference } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { drive } from './drive.ts'

type Type = 'Available' | 'Progressing' | 'ReplicaFailure'

/** The tests' objects have no uid; ours are told apart by it. */
const stored = (rs: ReplicaSet | undefined): StoredReplicaSet | undefined =>
  rs &&
  ({ ...rs, metadata: { ...rs.metadata, uid: rs.metadata?.uid ?? rs.metadata?.name } } as StoredReplicaSet)

const allStored = (sets: readonly ReplicaSet[] | undefined): StoredReplicaSet[] =>
  (sets ?? []).map((rs) => stored(rs) as StoredReplicaSet)

const rolling = (
  replicas: number,
  maxSurge: number | string,
  maxUnavailable: number | string,
): StoredDeployment =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'foo', uid: 'foo' },
    spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } },
  }) as unknown as StoredDeployment

const set = (name: string, replicas: number, available = 0): StoredReplicaSet =>
  stored({
    metadata: { name },
    spec: { replicas, selector: {} },
    status: { availableReplicas: available, replicas },
  } as ReplicaSet)!

const same = (got: unknown, want: unknown) => difference(got, want)

export const deploymentUtilSuite = vectorSuite(
  'pkg__controller__deployment__util__deployment_util_test',
  {
    TestEqualIgnoreHash: (c: { former: PodTemplateSpec; latter: PodTemplateSpec; expected?: boolean }) =>
      same(equalIgnoringHash(c.former, c.latter), c.expected ?? false),
    TestFindNewReplicaSet: (c: {
      deployment: StoredDeployment
      rsList: ReplicaSet[]
      expected?: ReplicaSet
    }) => same(divide(c.deployment, allStored(c.rsList)).current, stored(c.expected)),
    TestFindOldReplicaSets: (c: {
      deployment: StoredDeployment
      rsList: ReplicaSet[]
      expected?: ReplicaSet[]
      expectedRequire?: ReplicaSet[]
    }) => {
      const { old } = divide(c.deployment, allStored(c.rsList))
      return same(old, allStored(c.expected)) ?? same(old.filter(isActiveSet), allStored(c.expectedRequire))
    },
    TestGetReplicaCountForReplicaSets: (c: {
      sets: ReplicaSet[]
      expectedCount?: number
      expectedActual?: number
    }) =>
      same([replicaCount(c.sets), actualReplicaCount(c.sets)], [c.expectedCount ?? 0, c.expectedActual ?? 0]),
    TestResolveFenceposts: (c: {
      maxSurge?: string
      maxUnavailable?: string
      desired?: number
      expectSurge?: number
      expectUnavailable?: number
      expectError?: boolean
    }) => {
      try {
        const got = resolveFenceposts(c.maxSurge ?? 0, c.maxUnavailable ?? 0, c.desired ?? 0)
        if (c.expectError) return 'no error'
        return same(got, { surge: c.expectSurge ?? 0, unavailable: c.expectUnavailable ?? 0 })
      } catch (error) {
        return c.expectError ? undefined : `${error}`
      }
    },
    TestNewRSNewReplicas: (c: {
      strategyType: string
      depReplicas: number
      newRSReplicas: number
      maxSurge?: number
      expected?: number
    }) => {
      const deployment = rolling(c.depReplicas, c.maxSurge ?? 0, 1)
      const spec = { ...deployment.spec, strategy: { ...deployment.spec?.strategy, type: c.strategyType } }
      const sets = [set('new', c.newRSReplicas)]
      return same(
        newSetSize({ ...deployment, spec } as StoredDeployment, sets, c.newRSReplicas),
        c.expected ?? 0,
      )
    },
    TestGetCondition: (c: { status: DeploymentStatus; condType: Type; expected?: boolean }) =>
      same(conditionOfStatus(c.status, c.condType) !== undefined, c.expected ?? false),
    TestSetCondition: (c: {
      status: DeploymentStatus
      cond: DeploymentCondition
      expectedStatus: DeploymentStatus
    }) => same(setCondition(c.status, c.cond), c.expectedStatus),
    TestRemoveCondition: (c: {
      status: DeploymentStatus
      condType: Type
      expectedStatus: DeploymentStatus
    }) => same(removeCondition(c.status, c.condType), c.expectedStatus),
    TestDeploymentComplete: (c: { d: Deployment; expected?: boolean }) =>
      same(isComplete(c.d, c.d.status ?? {}), c.expected ?? false),
    TestDeploymentProgressing: (c: { d: Deployment; newStatus: DeploymentStatus; expected?: boolean }) =>
      same(isProgressing(c.d, c.newStatus), c.expected ?? false),
    TestDeploymentTimedOut: (c: { d: Deployment; name: string; expected?: boolean }) => {
      const now = /now - started => (\S+) -/.exec(c.name)?.[1] ?? '00:01:20'
      return same(isTimedOut(c.d, c.d.status ?? {}, Date.parse(`2016-01-01T${now}Z`)), c.expected ?? false)
    },
    TestMaxUnavailable: (c: { deployment: Deployment; expected?: number }) =>
      same(maxUnavailable(c.deployment), c.expected ?? 0),
    TestMinAvailable: (c: { deployment: Deployment; expected?: number }) =>
      same(minAvailable(c.deployment), c.expected ?? 0),
    TestGetNonNegativeInt32FromAnnotation: (c: {
      annotations?: Record<string, string>
      expectedValid?: boolean
      expectedValue?: number
    }) => {
      const got = countFromAnnotation({ metadata: { annotations: c.annotations } }, 'test')
      return same(got, c.expectedValid ? (c.expectedValue ?? 0) : undefined)
    },
    TestReplicasAnnotationsNeedUpdate: (c: { replicaSet: ReplicaSet; expected?: boolean }) =>
      same(replicasAnnotationsNeedUpdate(c.replicaSet, 10, 20), c.expected ?? false),
    TestGetDeploymentsForReplicaSet: 'asks a lister; our controller goes by the owner index',
    TestGetReplicaSetFraction: (c: {
      deploymentReplicas?: number
      deploymentStatusReplicas?: number
      deploymentMaxSurge?: number
      rsReplicas?: number
      rsAnnotations?: Record<string, string>
      expectedFraction?: number
    }) => {
      const deployment = {
        ...rolling(c.deploymentReplicas ?? 0, c.deploymentMaxSurge ?? 0, 1),
        status: { replicas: c.deploymentStatusReplicas ?? 0 },
      }
      const rs = { ...set('rs', c.rsReplicas ?? 0), metadata: { name: 'rs', annotations: c.rsAnnotations } }
      return same(fractionOf(rs as ReplicaSet, deployment), c.expectedFraction ?? 0)
    },
  },
  { acceptFunctions: true },
)

export const deploymentProgressSuite = vectorSuite(
  'pkg__controller__deployment__progress_test',
  {
    TestRequeueStuckDeployment: (c: {
      d: Deployment
      status: DeploymentStatus
      name: string
      expected?: string
    }) => {
      const seconds = /- (\d+)s after deadline/.exec(c.name)?.[1]
      const now = c.expected === '30s' ? 31 : 60 + Number(seconds ?? 0)
      const after = stuckAfterMs(c.d, c.status, Date.parse('2017-02-15T18:49:00Z') + now * 1000)
      const want =
        c.expected === '-1ns'
          ? undefined
          : c.expected === undefined
            ? 0
            : Number.parseInt(c.expected, 10) * 1000
      return same(after, want)
    },
    TestSyncRolloutStatus: (c: {
      d: Deployment
      allRSs?: ReplicaSet[]
      newRS?: ReplicaSet
      conditionType?: Type
      conditionStatus?: string
      conditionReason?: string
      lastUpdate?: string
      lastTransition?: string
    }) => {
      const sets = [...(c.newRS ? [c.newRS] : []), ...(c.allRSs ?? [])]
      const status = rolloutStatus(c.d, sets, c.newRS, Date.parse('2020-01-01T00:00:00Z'))
      const got = conditionOfStatus(status, 'Progressing')
      if (!c.conditionType) return got ? 'a condition that should not be' : undefined
      return (
        same([got?.status, got?.reason], [c.conditionStatus, c.conditionReason]) ??
        (c.lastUpdate ? same(got?.lastUpdateTime, c.lastUpdate) : undefined) ??
        (c.lastTransition ? same(got?.lastTransitionTime, c.lastTransition) : undefined)
      )
    },
  },
  { acceptFunctions: true },
)

export const deploymentRecreateSuite = vectorSuite('pkg__controller__deployment__recreate_test', {
  TestOldPodsRunning: (c: {
    newRS?: ReplicaSet
    oldRSs?: ReplicaSet[]
    podMap?: Record<string, Pod[]>
    hasOldPodsRunning?: boolean
  }) => {
    const sets = { current: stored(c.newRS), old: allStored(c.oldRSs) }
    return same(oldPodsRunning(sets, new Map(Object.entries(c.podMap ?? {}))), c.hasOldPodsRunning ?? false)
  },
})

const rollout = (
  deployment: StoredDeployment,
  current: StoredReplicaSet | undefined,
  old: StoredReplicaSet[],
): Rollout => ({
  deployment,
  current,
  old,
  now: 0,
})

export const deploymentRollingSuite = vectorSuite('pkg__controller__deployment__rolling_test', {
  TestDeploymentController_reconcileNewReplicaSet: (c: {
    deploymentReplicas?: number
    maxSurge?: number
    oldReplicas?: number
    newReplicas?: number
    expectedNewReplicas?: number
    scaleExpected?: boolean
  }) => {
    const current = set('foo-v2', c.newReplicas ?? 0)
    const size = currentSize(
      rollout(rolling(c.deploymentReplicas ?? 0, c.maxSurge ?? 0, 0), current, [
        set('foo-v1', c.oldReplicas ?? 0),
      ]),
      current,
    )
    return same(size, c.scaleExpected ? (c.expectedNewReplicas ?? 0) : (c.newReplicas ?? 0))
  },
  TestDeploymentController_reconcileOldReplicaSets: (c: {
    deploymentReplicas?: number
    maxUnavailable?: number
    oldReplicas?: number
    newReplicas?: number
    readyPodsFromOldRS?: number
    readyPodsFromNewRS?: number
    expectedOldReplicas?: number
    scaleExpected?: boolean
  }) => {
    const old = set('foo-v1', c.oldReplicas ?? 0, c.readyPodsFromOldRS)
    const current = set('foo-v2', c.newReplicas ?? 0, c.readyPodsFromNewRS)
    const { value } = drive(
      shrinkOld(rollout(rolling(c.deploymentReplicas ?? 0, 0, c.maxUnavailable ?? 0), current, [old])),
    )
    return same(
      [value.scaled, replicaCount(value.rollout.old)],
      [c.scaleExpected ?? false, c.scaleExpected ? (c.expectedOldReplicas ?? 0) : (c.oldReplicas ?? 0)],
    )
  },
  TestDeploymentController_cleanupUnhealthyReplicas: (c: {
    oldReplicas?: number
    readyPods?: number
    maxCleanupCount?: number
    cleanupCountExpected?: number
  }) => {
    const [[, size]] = unhealthySizes(
      [set('foo-v2', c.oldReplicas ?? 0, c.readyPods)],
      c.maxCleanupCount ?? 0,
    )
    return same((c.oldReplicas ?? 0) - size, c.cleanupCountExpected ?? 0)
  },
  TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate: (c: {
    deploymentReplicas?: number
    maxUnavailable?: number
    readyPods?: number
    oldReplicas?: number
    expectedOldReplicas?: number
    scaleExpected?: boolean
  }) => {
    const old = set('foo-v2', c.oldReplicas ?? 0, c.readyPods)
    const [[, size]] = smallerSizes(
      rollout(rolling(c.deploymentReplicas ?? 0, 0, c.maxUnavailable ?? 0), undefined, [old]),
    )
    return same(size, c.scaleExpected ? (c.expectedOldReplicas ?? 0) : (c.oldReplicas ?? 0))
  },
})

interface ScaleCase {
  deployment: StoredDeployment
  oldDeployment: StoredDeployment
  newRS?: ReplicaSet
  oldRSs?: ReplicaSet[]
  expectedNew?: ReplicaSet
  expectedOld?: ReplicaSet[]
  desiredReplicasAnnotations?: Record<string, number>
}

/** A set as the older deployment left it. */
const annotated = (
  rs: StoredReplicaSet,
  { oldDeployment, desiredReplicasAnnotations }: ScaleCase,
): StoredReplicaSet => {
  const desired = desiredReplicasAnnotations?.[rs.metadata.name]
  const spec = desired === undefined ? oldDeployment.spec : { ...oldDeployment.spec, replicas: desired }
  const annotations = withReplicas({}, { ...oldDeployment, spec } as Deployment)
  return { ...rs, metadata: { ...rs.metadata, annotations } }
}

export const deploymentSyncSuite = vectorSuite('pkg__controller__deployment__sync_test', {
  TestScale: (c: ScaleCase) => {
    const current = c.newRS && annotated(stored(c.newRS)!, c)
    const old = allStored(c.oldRSs).map((rs) => annotated(rs, c))
    const { value } = drive(scaleProportionally(rollout(c.deployment, current, old)))
    const sizes = (sets: readonly (ReplicaSet | undefined)[]) =>
      sets.map((rs) => [rs?.metadata?.name, rs?.spec?.replicas])
    return (
      same(sizes([value.current]), sizes([c.expectedNew])) ??
      same(sizes(value.old), sizes(c.expectedOld ?? []))
    )
  },
  TestDeploymentController_cleanupDeployment: (c: {
    oldRSs: ReplicaSet[]
    revisionHistoryLimit?: number
    expectedDeletions?: number
  }) =>
    same(
      outdated(withLimit(c.revisionHistoryLimit ?? 0), allStored(c.oldRSs)).length,
      c.expectedDeletions ?? 0,
    ),
  TestDeploymentController_cleanupDeploymentOrder: (c: {
    oldRSs: ReplicaSet[]
    revisionHistoryLimit?: number
    expectedDeletedRSs?: string[]
  }) => {
    const names = outdated(withLimit(c.revisionHistoryLimit ?? 0), allStored(c.oldRSs)).map(
      ({ metadata }) => metadata.name,
    )
    return same(names.sort(), [...(c.expectedDeletedRSs ?? [])].sort())
  },
})

const withLimit = (revisionHistoryLimit: number) =>
  ({ spec: { revisionHistoryLimit } }) as unknown as StoredDeployment

export const deploymentSuites = [
  deploymentUtilSuite,
  deploymentProgressSuite,
  deploymentRecreateSuite,
  deploymentRollingSuite,
  deploymentSyncSuite,
]
