import type {
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeError,
} from 'kubernetes-types/storage/v1'
import {
  duplicate,
  forbidden,
  goSyntax,
  invalid,
  required,
  tooLong,
  type FieldError,
} from '../../field-error.ts'
import type { Typed } from '../../kind.ts'
import { validateLabelSelector } from '../../label-validation.ts'
import { validateDNS1123Subdomain } from '../../names.ts'
import { validateImmutable, validateObjectMeta } from '../../object-meta-validation.ts'
import { parseQuantity, quantityValue } from '../../quantity.ts'
import { byteLength } from '../../utf8.ts'
import { semanticallyEqual } from './equality.ts'
import { goLabelSelector } from './go-struct.ts'
import { validateInlineVolumeSpec } from './inline-volume-spec.ts'
import { dnsSubdomain, isNegativeMessage, nonNegative, qualifiedName } from './rules.ts'
import { csiDriverName } from './volume-sources.ts'

// kubernetes: pkg/apis/storage/validation/validation.go

const longestNodeID = 256
const longestMetadata = 256 * 1024
const longestMessage = 1024

export const validateCSINode = ({ metadata, spec }: Typed<CSINode>): FieldError[] => [
  ...validateObjectMeta(metadata, false, validateDNS1123Subdomain),
  ...(spec.drivers ?? []).flatMap((driver, i, all) => [
    ...validateDriver(driver, `spec.drivers[${i}]`),
    ...(all.findIndex(({ name }) => name === driver.name) < i
      ? [duplicate(`spec.drivers[${i}].name`, driver.name)]
      : []),
    ...validateTopologyKeys(driver.topologyKeys ?? [], `spec.drivers[${i}]`),
  ]),
]

function validateDriver({ name, nodeID, allocatable }: CSINodeDriver, field: string): FieldError[] {
  return [
    ...csiDriverName(name, `${field}.name`),
    ...(nodeID ? [] : [required(`${field}.nodeID`)]),
    ...(byteLength(nodeID ?? '') > longestNodeID
      ? [invalid(`${field}.nodeID`, nodeID, `must be ${longestNodeID} characters or less`)]
      : []),
    ...nonNegative(`${field}.allocatable.count`, allocatable?.count),
  ]
}

const validateTopologyKeys = (keys: readonly string[], field: string): FieldError[] =>
  keys.flatMap((key, i) => [
    ...(key ? [] : [required(`${field}.topologyKeys`)]),
    ...(keys.indexOf(key) < i ? [duplicate(`${field}.topologyKeys`, key)] : []),
    ...qualifiedName(`${field}.topologyKeys`, key),
  ])

/** Drivers come and go, and stay as they are meanwhile. */
export const validateCSINodeUpdate = (node: Typed<CSINode>, old: Typed<CSINode>): FieldError[] => [
  ...validateCSINode(node),
  ...(old.spec.drivers ?? []).flatMap((was) =>
    (node.spec.drivers ?? [])
      .filter((driver) => driver.name === was.name && !semanticallyEqual(driver, was))
      .map(() => invalid('CSINodeDriver', goSyntax('storage.CSINodeDriver{}'), 'field is immutable')),
  ),
]

export const validateCSIStorageCapacity = (one: Typed<CSIStorageCapacity>): FieldError[] => [
  ...validateObjectMeta(one.metadata, true, validateDNS1123Subdomain),
  ...(one.nodeTopology ? validateLabelSelector(one.nodeTopology, 'nodeTopology') : []),
  ...dnsSubdomain('storageClassName', one.storageClassName ?? ''),
  ...(one.capacity !== undefined && quantityValue(parseQuantity(one.capacity)) < 0
    ? [invalid('capacity', one.capacity, isNegativeMessage)]
    : []),
]

export const validateCSIStorageCapacityUpdate = (
  one: Typed<CSIStorageCapacity>,
  old: Typed<CSIStorageCapacity>,
): FieldError[] => [
  ...validateCSIStorageCapacity(one),
  ...(semanticallyEqual(one.nodeTopology, old.nodeTopology)
    ? []
    : [invalid('nodeTopology', goLabelSelector(one.nodeTopology), 'field is immutable')]),
  ...validateImmutable(one.storageClassName, old.storageClassName, 'storageClassName'),
]

export const validateVolumeAttachment = (one: Typed<VolumeAttachment>): FieldError[] => [
  ...validateAttachment(one),
  ...csiDriverName(one.spec.attacher, 'spec.attacher'),
  ...(one.spec.source?.persistentVolumeName === undefined
    ? []
    : dnsSubdomain('spec.source.persistentVolumeName', one.spec.source.persistentVolumeName)),
]

export const validateVolumeAttachmentUpdate = (
  one: Typed<VolumeAttachment>,
  old: Typed<VolumeAttachment>,
): FieldError[] => [
  ...validateAttachment(one),
  ...(semanticallyEqual(one.spec, old.spec)
    ? []
    : [invalid('spec', goSyntax('storage.VolumeAttachmentSpec{}'), 'field is immutable')]),
]

function validateAttachment({ metadata, spec, status }: Typed<VolumeAttachment>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, false, validateDNS1123Subdomain),
    ...(spec.attacher ? [] : [required('spec.attacher')]),
    ...validateAttached(spec.source ?? {}, 'spec.source'),
    ...dnsSubdomain('spec.nodeName', spec.nodeName ?? ''),
    ...validateMetadata(status?.attachmentMetadata ?? {}),
    ...validateVolumeError(status?.attachError, 'status.attachError'),
    ...validateVolumeError(status?.detachError, 'status.detachError'),
  ]
}

function validateAttached(source: VolumeAttachmentSource, field: string): FieldError[] {
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = source
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  if (inline && name !== undefined) return [forbidden(field, one)]
  if (inline) return validateInlineVolumeSpec(inline, `${field}.inlineVolumeSpec`)
  if (name === undefined) return [required(field, one)]
  return name
    ? []
    : [required(`${field}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
}

function validateMetadata(metadata: Readonly<Record<string, string>>): FieldError[] {
  const size = Object.entries(metadata).reduce((sum, [key, value]) => sum + byteLength(key + value), 0)
  return size > longestMetadata ? [tooLong('status.attachmentMetadata', longestMetadata)] : []
}

const validateVolumeError = (error: VolumeError | undefined, field: string): FieldError[] =>
  byteLength(error?.message ?? '') > longestMessage ? [tooLong(`${field}.message`, longestMessage)] : []
