import type { KubeObject } from '../objects.ts'

const shorts: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

/** `RWO,ROX`: each mode once, in upstream's order (kubernetes: GetAccessModesAsString). */
export const accessModesOf = (modes: readonly string[] | undefined): string =>
  Object.keys(shorts)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => shorts[mode])
    .join(',')

/** The class by which a volume or claim goes: the old annotation, or the field (GetPersistentVolumeClaimClass). */
export const classOf = ({
  metadata,
  spec,
}: KubeObject & { readonly spec?: { readonly storageClassName?: string } }): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? ''
