import type { KeyToPath } from 'kubernetes-types/core/v1'
import { invalid, required, type FieldError } from '../../field-error.ts'
import { nonReservedPath } from './paths.ts'

/** A file mode in octal range. */
export const fileMode = (field: string, mode: number | undefined): FieldError[] =>
  mode !== undefined && (mode > 0o777 || mode < 0)
    ? [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []

/** A key of a ConfigMap or Secret under a file name (validateKeyToPath). */
export const validateKeyToPath = ({ key, path = '', mode }: KeyToPath, field: string): FieldError[] => [
  ...(key ? [] : [required(`${field}.key`)]),
  ...(path ? [] : [required(`${field}.path`)]),
  ...nonReservedPath(`${field}.path`, path),
  ...fileMode(`${field}.mode`, mode),
]
