import type {
  AzureDiskVolumeSource,
  ConfigMapVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  HostPathVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  SecretVolumeSource,
  Volume,
} from 'kubernetes-types/core/v1'
import { forbidden, invalid, notSupported, required, tooLong, type FieldError } from '../../field-error.ts'
import { validateDNS1123Subdomain } from '../../names.ts'
import { compareQuantities, parseQuantity } from '../../quantity.ts'
import { validateDownwardAPI, validateProjected } from './projected-volume.ts'
import { fileMode, validateKeyToPath } from './key-to-path.ts'
import { descendingPath, noBacksteps } from './paths.ts'
import { dnsLabel, invalids, nameIsDNSSubdomain, requiredThen } from './rules.ts'
import { validatePVCTemplate } from './volume-claim.ts'

/** Sources by their JSON names, image volumes included. */
export type VolumeSources = Omit<Volume, 'name'> & {
  readonly image?: { readonly reference?: string; readonly pullPolicy?: string }
}

type Check = (source: never, field: string) => FieldError[]

/** Required, one after the other. */
const need =
  <T>(...keys: (keyof T & string)[]) =>
  (source: T, field: string): FieldError[] =>
    keys.flatMap((key) => (isEmpty(source[key]) ? [required(`${field}.${key}`)] : []))

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

const source = <K extends keyof VolumeSources & string>(
  key: K,
  check: (source: NonNullable<VolumeSources[K]>, field: string) => FieldError[],
  named?: string,
): readonly [K, Check, string?] => [key, check as unknown as Check, named]

/**
 * Every source with its rules, in the order in which upstream looks (validateVolumeSource). The third name is upstream's own
 * spelling in the message about a second source.
 */
export const volumeSources: readonly (readonly [keyof VolumeSources & string, Check, string?])[] = [
  source('emptyDir', ({ sizeLimit }, field) =>
    sizeLimit !== undefined && compareQuantities(parseQuantity(sizeLimit), parseQuantity('0')) < 0
      ? [forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  ),
  source('hostPath', validateHostPath),
  source('gitRepo', (repo, field) => [
    ...need<typeof repo>('repository')(repo, field),
    ...descendingPath(`${field}.directory`, repo.directory ?? ''),
  ]),
  source('gcePersistentDisk', (disk, field) => [
    ...need<typeof disk>('pdName')(disk, field),
    ...partition(disk.partition, field),
  ]),
  source('awsElasticBlockStore', (disk, field) => [
    ...need<typeof disk>('volumeID')(disk, field),
    ...partition(disk.partition, field),
  ]),
  source('secret', validateSecretVolume),
  source('nfs', validateNFS),
  source('iscsi', validateISCSI),
  source('glusterfs', need('endpoints', 'path')),
  source('flocker', validateFlocker),
  source('persistentVolumeClaim', need('claimName')),
  source('rbd', need('monitors', 'image')),
  source('cinder', (disk, field) => [
    ...need<typeof disk>('volumeID')(disk, field),
    ...secretName(disk.secretRef, field),
  ]),
  source('cephfs', need('monitors'), 'cephFS'),
  source('quobyte', validateQuobyte),
  source('downwardAPI', (volume, field) => validateDownwardAPI(volume, field), 'downwarAPI'),
  source('fc', validateFC),
  source('flexVolume', validateFlexVolume),
  source('configMap', validateConfigMapVolume),
  source('azureFile', need('secretName', 'shareName')),
  source('vsphereVolume', need('volumePath')),
  source('photonPersistentDisk', need('pdID')),
  source('portworxVolume', need('volumeID')),
  source('azureDisk', validateAzureDisk),
  source('storageos', ({ volumeName, volumeNamespace, secretRef }, field) => [
    ...requiredThen(`${field}.volumeName`, volumeName, dnsLabel),
    ...(volumeNamespace ? dnsLabel(`${field}.volumeNamespace`, volumeNamespace) : []),
    ...secretName(secretRef, field),
  ]),
  source('projected', (volume, field) => validateProjected(volume, field)),
  source('scaleIO', need('gateway', 'system', 'volumeName')),
  source('csi', (volume, field) => [
    ...csiDriverName(volume.driver, `${field}.driver`),
    ...csiSecret(volume.nodePublishSecretRef, field),
  ]),
  source('ephemeral', ({ volumeClaimTemplate }, field) =>
    volumeClaimTemplate
      ? validatePVCTemplate(volumeClaimTemplate, `${field}.volumeClaimTemplate`)
      : [required(`${field}.volumeClaimTemplate`)],
  ),
  // The reference may still be missing in a template.
  source('image', ({ pullPolicy }, field) =>
    pullPolicy && !pullPolicies.includes(pullPolicy)
      ? [notSupported(`${field}.pullPolicy`, pullPolicy, pullPolicies)]
      : [],
  ),
]

const pullPolicies = ['Always', 'IfNotPresent', 'Never']

const partition = (number: number | undefined, field: string): FieldError[] =>
  number !== undefined && (number < 0 || number > 255)
    ? [invalid(`${field}.partition`, number, 'must be between 1 and 255, inclusive')]
    : []

const secretName = (reference: { readonly name?: string } | undefined, field: string): FieldError[] =>
  reference && !reference.name ? [required(`${field}.secretRef.name`)] : []

function validateHostPath({ path, type }: HostPathVolumeSource, field: string): FieldError[] {
  if (!path) return [required(`${field}.path`)]
  const types = [
    '',
    'BlockDevice',
    'CharDevice',
    'Directory',
    'DirectoryOrCreate',
    'File',
    'FileOrCreate',
    'Socket',
  ]
  return [
    ...noBacksteps(`${field}.path`, path),
    ...(type !== undefined && !types.includes(type) ? [notSupported(`${field}.type`, type, types)] : []),
  ]
}

function validateSecretVolume(
  { secretName: name, defaultMode, items }: SecretVolumeSource,
  field: string,
): FieldError[] {
  return [
    ...(name ? [] : [required(`${field}.secretName`)]),
    ...fileMode(`${field}.defaultMode`, defaultMode),
    ...(items ?? []).flatMap((item, i) => validateKeyToPath(item, `${field}.items[${i}]`)),
  ]
}

function validateConfigMapVolume(
  { name, defaultMode, items }: ConfigMapVolumeSource,
  field: string,
): FieldError[] {
  return [
    ...(name ? [] : [required(`${field}.name`)]),
    ...fileMode(`${field}.defaultMode`, defaultMode),
    ...(items ?? []).flatMap((item, i) => validateKeyToPath(item, `${field}.items[${i}]`)),
  ]
}

function validateNFS(nfs: NFSVolumeSource, field: string): FieldError[] {
  const absolute = nfs.path?.startsWith('/')
    ? []
    : [invalid(`${field}.path`, nfs.path ?? '', 'must be an absolute path')]
  return [...need<NFSVolumeSource>('server', 'path')(nfs, field), ...absolute]
}

const iscsiFormats: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
}

function validateISCSI(iscsi: ISCSIVolumeSource, field: string): FieldError[] {
  const { targetPortal, iqn, lun = 0, initiatorName } = iscsi
  const chap = iscsi.chapAuthDiscovery || iscsi.chapAuthSession
  return [
    ...(targetPortal ? [] : [required(`${field}.targetPortal`)]),
    ...(iqn ? iscsiName(`${field}.iqn`, iqn) : [required(`${field}.iqn`)]),
    ...(lun < 0 || lun > 255 ? [invalid(`${field}.lun`, lun, 'must be between 0 and 255, inclusive')] : []),
    ...(chap && !iscsi.secretRef ? [required(`${field}.secretRef`)] : []),
    ...(initiatorName === undefined ? [] : iscsiName(`${field}.initiatorname`, initiatorName)),
  ]
}

function iscsiName(field: string, name: string): FieldError[] {
  const format = iscsiFormats[name.slice(0, 3)]
  if (!format) return [invalid(field, name, 'must be valid format starting with iqn, eui, or naa')]
  return format.test(name) ? [] : [invalid(field, name, 'must be valid format')]
}

function validateFC({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, field: string): FieldError[] {
  const path = `${field}.targetWWNs`
  const either = targetWWNs.length === 0 && wwids.length === 0
  const both = targetWWNs.length > 0 && wwids.length > 0
  return [
    ...(either ? [required(path, 'must specify either targetWWNs or wwids, but not both')] : []),
    ...(both ? [invalid(path, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously')] : []),
    ...(targetWWNs.length > 0 && lun === undefined
      ? [required(`${field}.lun`, 'lun is required if targetWWNs is specified')]
      : []),
    ...(targetWWNs.length > 0 && lun !== undefined && (lun < 0 || lun > 255)
      ? [invalid(`${field}.lun`, lun, 'must be between 0 and 255, inclusive')]
      : []),
  ]
}

function validateFlocker(
  { datasetName = '', datasetUUID = '' }: FlockerVolumeSource,
  field: string,
): FieldError[] {
  return [
    ...(datasetName || datasetUUID
      ? []
      : [required(field, 'one of datasetName and datasetUUID is required')]),
    ...(datasetName && datasetUUID
      ? [invalid(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')]
      : []),
    ...(datasetName.includes('/')
      ? [invalid(`${field}.datasetName`, datasetName, "must not contain '/'")]
      : []),
  ]
}

function validateQuobyte(
  { registry = '', tenant = '', volume }: QuobyteVolumeSource,
  field: string,
): FieldError[] {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas'
  const wrong = registry.split(',').filter((pair) => !/^([^:]*|\[[^\]]*\]):[^:]*$/.test(pair))
  return [
    ...(registry === ''
      ? [required(`${field}.registry`, pairs)]
      : tenant.length >= 65
        ? [required(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
        : wrong.map(() => invalid(`${field}.registry`, registry, pairs))),
    ...(volume ? [] : [required(`${field}.volume`)]),
  ]
}

function validateFlexVolume({ driver, options }: FlexVolumeSource, field: string): FieldError[] {
  const reserved = Object.keys(options ?? {})
    .sort()
    .filter((key) => {
      const [namespace = ''] = key.split('/', 1)
      return /\.(kubernetes|k8s)\.io$/.test(`.${namespace.toLowerCase()}`)
    })
  return [
    ...(driver ? [] : [required(`${field}.driver`)]),
    ...reserved.map((key) =>
      invalid(`${field}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'),
    ),
  ]
}

const cachingModes = ['None', 'ReadOnly', 'ReadWrite']
const diskKinds = ['Dedicated', 'Managed', 'Shared']
const managedDisk =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const blobDisk = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'

function validateAzureDisk(disk: AzureDiskVolumeSource, field: string): FieldError[] {
  const { diskURI = '', cachingMode, kind } = disk
  const wrongManaged = kind === 'Managed' && !diskURI.startsWith('/subscriptions/')
  const wrongBlob = kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://')
  return [
    ...need<AzureDiskVolumeSource>('diskName', 'diskURI')(disk, field),
    ...(cachingMode !== undefined && !cachingModes.includes(cachingMode)
      ? [notSupported(`${field}.cachingMode`, cachingMode, cachingModes)]
      : []),
    ...(kind !== undefined && !diskKinds.includes(kind)
      ? [notSupported(`${field}.kind`, kind, diskKinds)]
      : []),
    ...(wrongManaged ? [notSupported(`${field}.diskURI`, diskURI, [managedDisk])] : []),
    ...(wrongBlob ? [notSupported(`${field}.diskURI`, diskURI, [blobDisk])] : []),
  ]
}

/** ValidateCSIDriverName. */
export function csiDriverName(driver: string | undefined, field: string): FieldError[] {
  return [
    ...(driver ? [] : [required(field)]),
    ...(driver && driver.length > 63 ? [tooLong(field, 63)] : []),
    ...invalids(field, driver ?? '', validateDNS1123Subdomain((driver ?? '').toLowerCase())),
  ]
}

/** Upstream reports a bad name of the secret at `name` of the volume itself. */
function csiSecret(reference: { readonly name?: string } | undefined, field: string): FieldError[] {
  if (!reference) return []
  if (!reference.name) return [required(`${field}.nodePublishSecretRef.name`)]
  return invalids(`${field}.name`, reference.name, nameIsDNSSubdomain(reference.name, false))
}
