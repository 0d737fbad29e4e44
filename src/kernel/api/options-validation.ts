import type { DeleteOptions } from 'kubernetes-types/meta/v1'
import { forbidden, invalid, notSupported, required, type FieldError } from './field-error.ts'
import { validateFieldManager } from './managed-fields-validation.ts'

// apimachinery: pkg/apis/meta/v1/validation/validation.go

/** Query parameters of create, update and patch. */
export interface WriteOptions {
  readonly fieldManager?: string
  readonly fieldValidation?: string
  readonly dryRun?: readonly string[]
  readonly force?: boolean
}

/** CreateOptions and UpdateOptions. */
export const validateWriteOptions = ({
  fieldManager = '',
  fieldValidation = '',
  dryRun = [],
}: WriteOptions): FieldError[] => [
  ...validateFieldManager(fieldManager, 'fieldManager'),
  ...validateDryRun(dryRun),
  ...(['', 'Ignore', 'Strict', 'Warn'].includes(fieldValidation)
    ? []
    : [notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn'])]),
]

/** PatchOptions; `patchType` is the media type. */
export function validatePatchOptions(options: WriteOptions, patchType: string): FieldError[] {
  const errors: FieldError[] = []
  if (patchType === 'application/apply-patch+yaml' || patchType === 'application/apply-patch+cbor') {
    if (!options.fieldManager) errors.push(required('fieldManager', 'is required for apply patch'))
  } else if (options.force !== undefined)
    errors.push(forbidden('force', 'may not be specified for non-apply patch'))
  return [...errors, ...validateWriteOptions(options)]
}

/** DeleteOptions, with the field of 1.32 that the published types lack. */
export type DeleteOptionsObject = DeleteOptions & {
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean
}

export function validateDeleteOptions(options: DeleteOptionsObject): FieldError[] {
  const errors: FieldError[] = []
  const { propagationPolicy, orphanDependents } = options
  if (orphanDependents !== undefined && propagationPolicy !== undefined)
    errors.push(
      invalid(
        'propagationPolicy',
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    )
  if (propagationPolicy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(propagationPolicy))
    errors.push(
      notSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil']),
    )
  return [...errors, ...validateDryRun(options.dryRun ?? []), ...ignoreReadErrors(options)]
}

function validateDryRun(dryRun: readonly string[]): FieldError[] {
  return dryRun.every((value) => value === 'All') ? [] : [notSupported('dryRun', dryRun, ['All'])]
}

/** Deleting what cannot be read is so dangerous that nothing may be combined with it. */
function ignoreReadErrors(options: DeleteOptionsObject): FieldError[] {
  if (!options.ignoreStoreReadErrorWithClusterBreakingPotential) return []
  const set = {
    dryRun: (options.dryRun ?? []).length > 0,
    propagationPolicy: options.propagationPolicy !== undefined,
    orphanDependents: options.orphanDependents !== undefined,
    gracePeriodSeconds: options.gracePeriodSeconds !== undefined,
    preconditions: options.preconditions !== undefined,
  }
  return Object.entries(set)
    .filter(([, isSet]) => isSet)
    .map(([name]) =>
      invalid(
        'ignoreStoreReadErrorWithClusterBreakingPotential',
        true,
        `cannot be set together with .${name}`,
      ),
    )
}
