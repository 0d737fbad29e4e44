import { invalid, type FieldError } from '../../field-error.ts'

// kubernetes: pkg/apis/core/validation/validation.go validateLocalDescendingPath and its neighbours

/** No `..` element anywhere. */
export const noBacksteps = (field: string, path: string): FieldError[] =>
  path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : []

/** Relative, and never upwards. */
export const descendingPath = (field: string, path: string): FieldError[] => [
  ...(path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []),
  ...noBacksteps(field, path),
]

/** Relative, never upwards, and not a name that starts with `..`, which the kubelet keeps for itself. */
export const nonReservedPath = (field: string, path: string): FieldError[] => [
  ...descendingPath(field, path),
  ...(path.startsWith('..') && !path.startsWith('../')
    ? [invalid(field, path, "must not start with '..'")]
    : []),
]
