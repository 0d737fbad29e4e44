import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1'
import { defaultResources } from './pod/resources.ts'

/** kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolumeClaim. */
export const defaultClaim = <T extends Pick<PersistentVolumeClaim, 'spec' | 'status'>>(claim: T): T => ({
  ...claim,
  spec: defaultClaimSpec(claim.spec ?? {}),
  status: { ...claim.status, phase: claim.status?.phase || 'Pending' },
})

/** The same of a claim within another object. */
export const defaultClaimSpec = (spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec => ({
  volumeMode: 'Filesystem',
  ...spec,
  resources: defaultResources(spec.resources ?? {}),
})
