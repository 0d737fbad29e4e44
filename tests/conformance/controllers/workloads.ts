import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from 'kubernetes-types/apps/v1'
import type { Pod } from 'kubernetes-types/core/v1'
import { podTemplateHash } from '../../../src/kernel/api/hash.ts'
import type { KubeObject, Stored } from '../../../src/kernel/api/objects.ts'
import { selectorFromSet } from '../../../src/kernel/api/labels.ts'
import { WriteError } from '../../../src/kernel/client/writes.ts'
import { claim, releasePatch } from '../../../src/kernel/controllers/claim.ts'
import { isActiveSet } from '../../../src/kernel/controllers/deployment/sets.ts'
import {
  compareActive,
  compareRanked,
  podsToDelete,
  type RankedPod,
} from '../../../src/kernel/controllers/pod-ranking.ts'
import { podFromTemplate } from '../../../src/kernel/controllers/pods.ts'
import { createPods } from '../../../src/kernel/controllers/replicaset.ts'
import { replicaSetStatus } from '../../../src/kernel/controllers/replicaset-status.ts'
import { difference, notApplicable } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { drive } from './drive.ts'

const NOW = Date.parse('2026-11-20T07:34:12Z')
const names = (objects: readonly { metadata?: { name?: string } }[] | undefined) =>
  (objects ?? []).map(({ metadata }) => metadata?.name)
const untimed = (conditions: readonly ReplicaSetCondition[] | undefined) =>
  (conditions ?? []).map(({ lastTransitionTime: _time, ...rest }) => rest)

const replicaSetSuite = vectorSuite(
  'pkg__controller__replicaset__replica_set_test',
  {
    TestGetPodsToDelete: (c: {
      pods?: Pod[]
      related?: Pod[]
      diff?: number
      expectedPodsToDelete?: Pod[]
    }) =>
      difference(
        names(podsToDelete(c.pods ?? [], c.related ?? c.pods ?? [], c.diff ?? 0, NOW)),
        names(c.expectedPodsToDelete),
      ),
    TestSlowStartBatch: (c: {
      callLimit?: number
      count: number
      expectedCallCnt?: number
      expectedSuccesses?: number
    }) => {
      let calls = 0
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'foo', uid: 'u' } }
      const { writes } = drive(createPods(owner, {}, c.count), (write) => {
        if (write.verb !== 'create') return { object: owner }
        calls++
        return calls <= (c.callLimit ?? 0)
          ? { object: write.object }
          : { error: new WriteError('fake error', 500, '') }
      })
      const made = writes.filter(
        (write) => write.verb === 'event' && write.reason === 'SuccessfulCreate',
      ).length
      return difference([calls, made], [c.expectedCallCnt ?? 0, c.expectedSuccesses ?? 0])
    },
    TestGetReplicaSetsWithSameController: 'asks a lister; our controller goes by the owner index',
    TestPodControllerLookup: 'asks a lister; our controller goes by the owner index',
    TestRelatedPodsLookup: 'asks a lister; our controller goes by the owner index',
    TestGetCondition: 'a helper of Go; conditions are judged with the status',
    TestSetCondition: 'a helper of Go; conditions are judged with the status',
    TestRemoveCondition: 'a helper of Go; conditions are judged with the status',
    TestGetPodKeys: 'a helper of Go for expectations',
  },
  { acceptFunctions: true },
)

const replicaSetUtilsSuite = vectorSuite('pkg__controller__replicaset__replica_set_utils_test', {
  TestCalculateStatus: (c: {
    replicaset: ReplicaSet
    filteredPods?: Pod[]
    expectedReplicaSetStatus: ReplicaSetStatus
  }) =>
    difference(
      replicaSetStatus(c.replicaset, c.filteredPods ?? [], undefined, NOW),
      c.expectedReplicaSetStatus,
    ),
  TestCalculateStatusConditions: (c: {
    replicaset: ReplicaSet
    filteredPods?: Pod[]
    manageReplicasErr?: { $error: string }
    expectedReplicaSetConditions?: ReplicaSetCondition[]
  }) => {
    const missing = (c.replicaset.spec?.replicas ?? 1) - (c.filteredPods?.length ?? 0)
    const failure = c.manageReplicasErr && { missing, message: c.manageReplicasErr.$error }
    const { conditions } = replicaSetStatus(c.replicaset, c.filteredPods ?? [], failure, NOW)
    return difference(untimed(conditions), untimed(c.expectedReplicaSetConditions))
  },
})

const utilsSuite = vectorSuite(
  'pkg__controller__controller_utils_test',
  {
    TestSortingActivePods: (c: { pods: Pod[] }) =>
      difference(names([...c.pods].reverse().sort(compareActive)), names(c.pods)),
    TestSortingActivePodsWithRanks: (
      c: { p1: Pod; p2?: Pod } | { lesser: RankedPod; greater: RankedPod },
    ) => {
      if ('lesser' in c)
        return compareRanked(c.lesser, c.greater, NOW) < 0 ? undefined : 'the greater one comes first'
      const order = compareRanked({ pod: c.p1, rank: 1 }, { pod: c.p2 ?? c.p1, rank: 1 }, NOW)
      return difference(order, 0)
    },
    TestCreatePodsWithGenerateName: (c: { wantPod: Pod & { metadata: NonNullable<Pod['metadata']> } }) => {
      const { generateName = '', labels, ownerReferences } = c.wantPod.metadata
      if (generateName === 'hello-') return notApplicable('the caller chooses the prefix in Go')
      const template = { metadata: { labels }, spec: c.wantPod.spec }
      const parent = {
        apiVersion: 'v1',
        kind: 'ReplicationController',
        metadata: { name: 'foobar', uid: 'u' },
      }
      const { metadata, spec } = podFromTemplate(template, parent)
      const want = { ...c.wantPod.metadata, ownerReferences: ownerReferences ?? metadata.ownerReferences }
      return difference({ metadata, spec }, { metadata: want, spec: c.wantPod.spec })
    },
    TestActiveReplicaSetsFiltering: (c: {
      replicaSets: (ReplicaSet | null)[]
      wantReplicaSets?: ReplicaSet[]
    }) =>
      difference(
        names(c.replicaSets.filter((rs) => rs !== null).filter(isActiveSet)),
        names(c.wantReplicaSets),
      ),
    TestComputeHash: (c: { template: object; collisionCount?: number; otherCollisionCount?: number }) => {
      const hash = podTemplateHash(c.template as never, c.collisionCount)
      return hash !== podTemplateHash(c.template as never, c.otherCollisionCount)
        ? undefined
        : 'the same hash'
    },
    TestControllerExpectations: "expectations are Go's way; ours waits for the revisions it wrote",
    TestUIDExpectations: "expectations are Go's way; ours waits for the revisions it wrote",
  },
  { acceptFunctions: true },
)

interface ClaimCase {
  readonly name: string
  readonly pods?: Pod[]
  readonly claimed?: Pod[]
  readonly patches?: number
  readonly manager: {
    readonly BaseControllerRefManager: {
      readonly Controller: { readonly metadata: KubeObject['metadata'] }
      readonly Selector: readonly { readonly key: string; readonly strValues: readonly string[] }[]
    }
  }
}

const claimSuite = vectorSuite(
  'pkg__controller__controller_ref_manager_test',
  {
    TestClaimPods: ({ manager, pods = [], claimed = [], patches = 0 }: ClaimCase) => {
      const { Controller, Selector } = manager.BaseControllerRefManager
      const owner = { ...Controller, apiVersion: 'v1', kind: 'ReplicationController' }
      const selector = selectorFromSet(
        Object.fromEntries(Selector.map(({ key, strValues }) => [key, strValues[0]])),
      )
      const { value, writes } = drive(claim(owner, selector, pods as Stored<Pod>[]))
      const made = writes.filter(({ verb }) => verb === 'patch').length
      return difference([names(value), made], [names(claimed), patches])
    },
    TestGeneratePatchBytesForDelete: (c: {
      dependentUID: string
      ownerUID: string[]
      finalizers?: string[]
      want: string
    }) => {
      if (c.ownerUID.length > 1) return { notApplicable: 'we release from one owner at a time' }
      const object = (uid: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { uid } })
      return difference(JSON.stringify(releasePatch(object(c.dependentUID), object(c.ownerUID[0]))), c.want)
    },
  },
  { acceptFunctions: true },
)

export const workloadSuites = [replicaSetSuite, replicaSetUtilsSuite, utilsSuite, claimSuite]
