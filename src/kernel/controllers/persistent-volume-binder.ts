import type { StorageClass } from 'kubernetes-types/storage/v1'
import { goQuote } from '../api/go-quote.ts'
import { keyOf, type KubeObject } from '../api/objects.ts'
import { controller, type Again, type Controller } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { attempt, event, read, remove, update, type Writes } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'
import { bind, lose, setPhase, settleClaim, type Claim, type Volume } from './volume/binding.ts'
import {
  bestMatch,
  BIND_COMPLETED,
  classOf,
  isReservedFor,
  mismatch,
  SELECTED_NODE,
} from './volume/matching.ts'

/** How often a claim that found nothing is looked at again (--pvclaimbinder-sync-period). */
const SYNC_MS = 15_000

const NAME = 'persistentvolume-controller'

/** Binds claims to volumes (kubernetes: pkg/controller/volume/persistentvolume): a reconciler for each side. */
export function persistentVolumeBinder(): Controller<ControllerOptions> {
  const parts = [claimBinder, volumeKeeper]
  return {
    name: NAME,
    kinds: [...new Set(parts.flatMap(({ kinds }) => kinds))],
    start(context) {
      for (const part of parts) part.start(context)
    },
  }
}

const claimBinder = controller<'PersistentVolumeClaim', ControllerOptions>({
  name: NAME,
  reconciles: 'PersistentVolumeClaim',
  reads: ['StorageClass', 'Pod'],
  watches: {
    PersistentVolume: (volume, view) => claimsConcerned(volume as Volume, view).map(keyOf),
  },
  *reconcile(claim, view) {
    const { annotations } = claim.metadata
    if (annotations?.[BIND_COMPLETED]) return yield* keepBound(claim, view)
    return claim.spec?.volumeName
      ? yield* bindToNamed(claim, claim.spec.volumeName, view)
      : yield* bindToAny(claim, view)
  },
})

/** The claim that a volume is for, or all that wait for one. */
function claimsConcerned({ metadata, spec }: Volume, view: View): Claim[] {
  const { namespace, name } = spec?.claimRef ?? {}
  const named = name ? view.get('PersistentVolumeClaim', `${namespace}/${name}`) : undefined
  if (named) return [named]
  return view
    .list('PersistentVolumeClaim')
    .filter(({ spec: claim }) =>
      claim?.volumeName ? claim.volumeName === metadata.name : spec?.claimRef === undefined,
    )
}

function* keepBound(claim: Claim, view: View): Writes {
  const name = claim.spec?.volumeName
  if (!name) {
    const words = 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!'
    return yield* lose(claim, 'ClaimLost', words)
  }
  const volume = view.get('PersistentVolume', name)
  if (!volume)
    return yield* lose(
      claim,
      'ClaimLost',
      'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    )
  const { claimRef } = volume.spec ?? {}
  if (!claimRef || claimRef.uid === claim.metadata.uid) return yield* bind(volume, claim)
  yield* lose(
    claim,
    'ClaimMisbound',
    'Two claims are bound to the same volume, this one is bound incorrectly',
  )
}

function* bindToNamed(claim: Claim, name: string, view: View): Writes<Again | undefined> {
  const volume = view.get('PersistentVolume', name)
  if (!volume) return yield* wait(claim)
  if (volume.spec?.claimRef) {
    if (isReservedFor(volume, claim)) return void (yield* bind(volume, claim))
    const words = `volume ${goQuote(name)} already bound to a different claim.`
    yield event(claim, 'Warning', 'FailedBinding', words)
    return yield* wait(claim)
  }
  const why = mismatch(volume, claim)
  if (!why) return void (yield* bind(volume, claim))
  yield event(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume ${goQuote(name)}: ${why}`)
  return yield* wait(claim)
}

function* bindToAny(claim: Claim, view: View): Writes<Again | undefined> {
  const storageClass = view.get('StorageClass', classOf(claim)) as (StorageClass & KubeObject) | undefined
  const late =
    storageClass?.volumeBindingMode === 'WaitForFirstConsumer' &&
    claim.metadata.annotations?.[SELECTED_NODE] === undefined
  const volumes = view.list('PersistentVolume')
  const match = bestMatch(claim, late ? volumes.filter((volume) => volume.spec?.claimRef) : volumes)
  if (match) return void (yield* bind(match, claim))
  if (late) yield* tellWaiting(claim, view)
  else if (classOf(claim)) yield* provision(claim, storageClass)
  else {
    const words = 'no persistent volumes available for this claim and no storage class is set'
    yield event(claim, 'Normal', 'FailedBinding', words)
  }
  return yield* wait(claim)
}

function* wait(claim: Claim): Writes<Again> {
  yield* settleClaim(claim, 'Pending', undefined)
  return { requeueAfterMs: SYNC_MS }
}

/** The scheduler chooses a node first (getPodsUsingPVC...). */
function* tellWaiting(claim: Claim, view: View): Writes {
  const users = view
    .list('Pod', claim.metadata.namespace)
    .filter(({ spec }) =>
      spec?.volumes?.some(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name,
      ),
    )
    .filter(({ spec }) => !spec?.nodeName)
    .map(({ metadata }) => metadata.name)
  if (!users.length)
    return void (yield event(
      claim,
      'Normal',
      'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding',
    ))
  const which = users.length > 1 ? `pods ${users.join(',')}` : `pod ${users[0]}`
  yield event(claim, 'Normal', 'WaitForPodScheduled', `waiting for ${which} to be scheduled`)
}

const PROVISIONER_ANNOTATIONS = [
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
]

/** Somebody else makes volumes of a class: tell them, and say whom we wait for (provisionClaim). */
function* provision(claim: Claim, storageClass: StorageClass | undefined): Writes {
  if (!storageClass) {
    const words = `storageclass.storage.k8s.io ${goQuote(classOf(claim))} not found`
    return void (yield event(claim, 'Warning', 'ProvisioningFailed', words))
  }
  const { provisioner } = storageClass
  if (provisioner === 'kubernetes.io/no-provisioner') {
    const words = 'no volume plugin matched name: kubernetes.io/no-provisioner'
    return void (yield event(claim, 'Warning', 'ProvisioningFailed', words))
  }
  const { annotations } = claim.metadata
  if (PROVISIONER_ANNOTATIONS.some((name) => annotations?.[name] !== provisioner)) {
    const told = Object.fromEntries(PROVISIONER_ANNOTATIONS.map((name) => [name, provisioner]))
    const metadata = { ...claim.metadata, annotations: { ...annotations, ...told } }
    yield update({ ...claim, metadata } as KubeObject)
  }
  const words =
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
    'If volume creation is delayed, please verify that the provisioner is running and correctly registered.'
  yield event(claim, 'Normal', 'ExternalProvisioning', words)
}

const volumeKeeper = controller<'PersistentVolume', ControllerOptions>({
  name: NAME,
  reconciles: 'PersistentVolume',
  watches: {
    PersistentVolumeClaim: ({ metadata }, view) =>
      view
        .list('PersistentVolume')
        .filter(
          ({ spec }) =>
            spec?.claimRef?.name === metadata.name && spec?.claimRef?.namespace === metadata.namespace,
        )
        .map(keyOf),
  },
  /** pv_controller.go syncVolume */
  *reconcile(volume, view) {
    const { claimRef } = volume.spec ?? {}
    if (!claimRef?.uid) return void (yield* setPhase(volume, 'Available'))
    let claim = view.get('PersistentVolumeClaim', `${claimRef.namespace}/${claimRef.name}`)
    if (!claim) {
      const { namespace, name } = claimRef
      const target = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name } }
      const { object, error } = yield* attempt<Claim>(read(target))
      if (error && error.code !== 404) throw error
      claim = object
    }
    if (claim?.metadata.uid === claimRef.uid) {
      if (claim.spec?.volumeName === volume.metadata.name) yield* setPhase(volume, 'Bound')
      return
    }
    const { phase } = volume.status ?? {}
    if (phase === 'Failed') return
    yield* reclaim(yield* setPhase(volume, 'Released'))
  },
})

/** There is nobody here who could empty or remove what was used (reclaimVolume). */
function* reclaim(volume: Volume): Writes {
  const { persistentVolumeReclaimPolicy: policy, hostPath, csi } = volume.spec ?? {}
  if (policy !== 'Delete' || csi || volume.metadata.deletionTimestamp) return
  // It would be emptied on the machine of the controller manager, where nothing is in it.
  if (hostPath && /^\/tmp\/.+/.test(hostPath.path)) return void (yield remove(volume))
  const words = hostPath
    ? `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
    : `error getting deleter volume plugin for volume ${goQuote(volume.metadata.name)}: no deletable volume plugin matched`
  yield* setPhase(volume, 'Failed', words)
  yield event(volume, 'Warning', 'VolumeFailedDelete', words)
}
