import type {
  CSIPersistentVolumeSource,
  LocalVolumeSource,
  PersistentVolumeSpec,
} from 'kubernetes-types/core/v1'
import { forbidden, goSyntax, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { goDifference } from '../../go-value/difference.ts'
import { persistentVolumeSources } from '../../go-value/internal-fields.ts'
import { goPartOf } from '../../go-value/value.ts'
import type { JsonObject } from '../../objects.ts'
import {
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  printQuantity,
  quantityValue,
} from '../../quantity.ts'
import { validateImmutable } from '../../object-meta-validation.ts'
import { validateNodeSelector } from './affinity.ts'
import { semanticallyEqual } from './equality.ts'
import { goQuantity } from './go-struct.ts'
import { noBacksteps } from './paths.ts'
import { dnsLabel, dnsSubdomain, requiredThen, sortedEntries } from './rules.ts'
import { validateAccessModes } from './volume-claim.ts'
import { csiDriverName, volumeSources } from './volume-sources.ts'

// kubernetes: pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec

const policies = ['Delete', 'Recycle', 'Retain']
const modes = ['Block', 'Filesystem']

export function validatePersistentVolumeSpec(spec: PersistentVolumeSpec, field: string): FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, storageClassName, volumeMode } = spec
  const recycledRoot = policy === 'Recycle' && /^\/+(\.?\/)*$/.test(spec.hostPath?.path ?? '')
  const path = `${field}.persistentVolumeReclaimPolicy`
  return [
    ...(accessModes.length > 0 ? [] : [required(`${field}.accessModes`)]),
    ...validateAccessModes(accessModes, `${field}.accessModes`),
    ...validateCapacity(spec.capacity, `${field}.capacity`),
    ...(policy && !policies.includes(policy) ? [notSupported(path, policy, policies)] : []),
    ...validateNodeAffinity(spec, `${field}.nodeAffinity`),
    ...validateSource(spec, field),
    ...(recycledRoot ? [forbidden(path, "may not be 'recycle' for a hostPath mount of '/'")] : []),
    ...(storageClassName ? dnsSubdomain(`${field}.storageClassName`, storageClassName) : []),
    ...(volumeMode !== undefined && !modes.includes(volumeMode)
      ? [notSupported(`${field}.volumeMode`, volumeMode, modes)]
      : []),
  ]
}

/** What a volume is made of stays; a secret to expand it with may come, and so may a node affinity (ValidatePersistentVolumeUpdate). */
export function validatePersistentVolumeChange(
  given: PersistentVolumeSpec,
  old: PersistentVolumeSpec,
  field: string,
): FieldError[] {
  const { controllerExpandSecretRef, ...csi } = given.csi ?? ({} as CSIPersistentVolumeSource)
  const spec = given.csi && old.csi && !old.csi.controllerExpandSecretRef ? { ...given, csi } : given
  const sources = [...sourceNames, 'local', 'csi'] as (keyof PersistentVolumeSpec)[]
  const same = sources.every((key) => semanticallyEqual(spec[key], old[key]))
  const immutable = 'spec.persistentvolumesource is immutable after creation'
  return [
    ...(same
      ? []
      : [
          forbidden(
            `${field}.persistentvolumesource`,
            `${immutable}\n${goDifference(sourceValue(old), sourceValue(spec))}`,
          ),
        ]),
    ...validateImmutable(spec.volumeMode, old.volumeMode, `${field}.volumeMode`),
    ...(sameAffinity(spec, old)
      ? []
      : [invalid(`${field}.nodeAffinity`, goSyntax('0xc000000000'), 'field is immutable')]),
    ...((spec as { volumeAttributesClassName?: string }).volumeAttributesClassName === undefined
      ? []
      : [
          forbidden(
            `${field}.volumeAttributesClassName`,
            'update is forbidden when the VolumeAttributesClass feature gate is disabled',
          ),
        ]),
  ]
}

/** Labels of nodes that have grown out of their beta. */
const newerLabels: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
}

/** The same, but that labels may have moved on to their newer names (validatePvNodeAffinity). */
function sameAffinity(
  { nodeAffinity: now }: PersistentVolumeSpec,
  { nodeAffinity: was }: PersistentVolumeSpec,
): boolean {
  if (!was || semanticallyEqual(now, was)) return true
  const [terms, before] = [now?.required?.nodeSelectorTerms ?? [], was.required?.nodeSelectorTerms ?? []]
  return (
    terms.length === before.length &&
    terms.every(({ matchExpressions: list = [], matchFields }, i) => {
      const { matchExpressions: old = [], matchFields: oldFields } = before[i]!
      return (
        list.length === old.length &&
        semanticallyEqual(matchFields, oldFields) &&
        list.every(({ key, ...rest }, j) => {
          const { key: oldKey, ...oldRest } = old[j]!
          return (key === oldKey || key === newerLabels[oldKey]) && semanticallyEqual(rest, oldRest)
        })
      )
    })
  )
}

function validateCapacity(capacity: PersistentVolumeSpec['capacity'], field: string): FieldError[] {
  const entries = sortedEntries(capacity)
  const shown = entries.map(
    ([name, text]) => `${goQuote(name)}:${goQuantity(parseQuantity(text), canonicalQuantity(text)).goSyntax}`,
  )
  const list = goSyntax(`core.ResourceList${capacity ? `{${shown.join(', ')}}` : '(nil)'}`)
  const onlyStorage = entries.length === 1 && entries[0]![0] === 'storage'
  return [
    ...(entries.length > 0 ? [] : [required(field)]),
    ...(onlyStorage ? [] : [notSupported(field, list, ['storage'])]),
    ...entries.flatMap(([name, text]) => {
      const quantity = parseQuantity(text)
      const path = `${field}[${name}]`
      return [
        ...(quantityValue(quantity) < 0
          ? [invalid(path, quantityValue(quantity), 'must be a valid resource quantity')]
          : []),
        ...(compareQuantities(quantity, parseQuantity('0')) > 0
          ? []
          : [invalid(path, printQuantity(quantity), 'must be greater than zero')]),
      ]
    }),
  ]
}

function validateNodeAffinity({ nodeAffinity }: PersistentVolumeSpec, field: string): FieldError[] {
  if (!nodeAffinity) return []
  return nodeAffinity.required
    ? validateNodeSelector(nodeAffinity.required, `${field}.required`)
    : [required(`${field}.required`, 'must specify required node constraints')]
}

/** Sources that a volume shares with pods' volumes, in the order in which upstream looks; some have other paths there. */
const sourceNames = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'storageos',
] as const

const paths: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk', cephfs: 'cephfs' }

/** One source, that is well. */
export function validateSource(spec: PersistentVolumeSpec, field: string): FieldError[] {
  const given = [...sourceNames, 'local' as const, 'csi' as const].filter((name) => spec[name] !== undefined)
  const [first, ...others] = given
  if (!first) return [required(field, 'must specify a volume type')]
  return [
    ...checkSource(first, spec, field),
    ...others.map((name) => forbidden(`${field}.${name}`, 'may not specify more than 1 volume type')),
  ]
}

function checkSource(
  name: (typeof sourceNames)[number] | 'local' | 'csi',
  spec: PersistentVolumeSpec,
  field: string,
) {
  const path = `${field}.${paths[name] ?? name}`
  if (name === 'csi') return validateCSI(spec.csi!, path)
  if (name === 'local') return validateLocal(spec.local!, spec, field)
  const check = volumeSources.find(([key]) => key === name)?.[1]
  return check?.(spec[name] as never, path) ?? []
}

function validateLocal(
  { path }: LocalVolumeSource,
  { nodeAffinity }: PersistentVolumeSpec,
  field: string,
): FieldError[] {
  const bound = (nodeAffinity?.required?.nodeSelectorTerms?.length ?? 0) > 0
  return [
    ...(path ? noBacksteps(`${field}.local.path`, path) : [required(`${field}.local.path`)]),
    ...(bound ? [] : [required(`${field}.nodeAffinity`, 'Local volume requires node affinity')]),
  ]
}

const secretRefs = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const

function validateCSI(csi: CSIPersistentVolumeSource, field: string): FieldError[] {
  const refs = csi as CSIPersistentVolumeSource & {
    nodeExpandSecretRef?: { name?: string; namespace?: string }
  }
  return [
    ...csiDriverName(csi.driver, `${field}.driver`),
    ...(csi.volumeHandle ? [] : [required(`${field}.volumeHandle`)]),
    ...secretRefs.flatMap((key) => {
      const reference = refs[key]
      return reference
        ? [
            ...requiredThen(`${field}.${key}.name`, reference.name, dnsSubdomain),
            ...requiredThen(`${field}.${key}.namespace`, reference.namespace, dnsLabel),
          ]
        : []
    }),
  ]
}

const sourceValue = (spec: PersistentVolumeSpec) =>
  goPartOf(
    'core.v1.PersistentVolumeSpec',
    'core.PersistentVolumeSource',
    persistentVolumeSources,
    spec as unknown as JsonObject,
  )
