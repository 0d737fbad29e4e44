import type { DeleteOptions } from 'kubernetes-types/meta/v1'
import type { FieldError } from '../api/field-error.ts'
import {
  validateDeleteOptions,
  validatePatchOptions,
  validateWriteOptions,
} from '../api/options-validation.ts'
import { invalidObject, StatusError } from '../api/status.ts'
import { decodeStructValue, readBody } from './body.ts'
import type { ResourceCall } from './call.ts'
import type { Query } from './request-info.ts'

/** CreateOptions, UpdateOptions, PatchOptions of a request, checked. */
export interface WriteOptions {
  readonly dryRun: boolean
  /** Who owns the fields that are written: fieldManager, or the start of the user agent. */
  readonly manager: string
  readonly force: boolean
}

/** Read the options of a write; throws 422. */
export function writeOptions(
  call: ResourceCall,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  patchType = '',
): WriteOptions {
  const { query } = call
  const options = {
    fieldManager: query.get('fieldManager'),
    fieldValidation: query.get('fieldValidation'),
    dryRun: query.all('dryRun').filter(Boolean),
    ...(query.has('force') ? { force: query.bool('force') } : {}),
  }
  refuse(
    kind,
    kind === 'PatchOptions' ? validatePatchOptions(options, patchType) : validateWriteOptions(options),
  )
  return {
    dryRun: options.dryRun.length > 0,
    manager: options.fieldManager || managerOf(call.request.headers['user-agent']),
    force: options.force ?? false,
  }
}

export type Deletion = DeleteOptions & { readonly dryRun?: string[] }

/** DeleteOptions: the body, or the query when there is none (apiserver: endpoints/handlers/delete.go). */
export function deleteOptions(call: ResourceCall): Deletion {
  const { body } = call.request
  const given = body === undefined || body === '' ? fromQuery(call.query) : fromBody(call)
  refuse('DeleteOptions', validateDeleteOptions(given))
  return given
}

function fromBody(call: ResourceCall): Deletion {
  const { value, complaints } = readBody(call, 'DeleteOptions')
  const {
    kind: _kind,
    apiVersion: _apiVersion,
    ...options
  } = decodeStructValue(call, 'meta.v1.DeleteOptions', 'DeleteOptions', value, complaints)
  return options as Deletion
}

function fromQuery(query: Query): Deletion {
  const seconds = query.get('gracePeriodSeconds')
  return {
    ...(seconds ? { gracePeriodSeconds: Number(seconds) } : {}),
    ...(query.has('orphanDependents') ? { orphanDependents: query.bool('orphanDependents') } : {}),
    ...(query.get('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') } : {}),
    ...(query.has('dryRun') ? { dryRun: query.all('dryRun').filter(Boolean) } : {}),
  }
}

function refuse(name: string, errors: readonly FieldError[]): void {
  if (errors.length) throw new StatusError(invalidObject({ group: 'meta.k8s.io', name }, '', errors))
}

/** apiserver: endpoints/handlers/create.go managerOrUserAgent: what stands before the slash, at most 128 characters. */
const managerOf = (userAgent = ''): string => (userAgent.split('/')[0] || 'unknown').slice(0, 128)
