import { UserError } from '../../api/user-error.ts'
import type { Kubectl } from '../kubectl.ts'

/** `fieldValidation` of a write, from --validate (cmdutil.GetValidationDirective). */
export function validationOf({ flags }: Kubectl): 'Strict' | 'Warn' | 'Ignore' {
  const value = flags.string('validate')
  switch (value) {
    case 'true':
    case 'strict':
      return 'Strict'
    case 'warn':
      return 'Warn'
    case 'false':
    case 'ignore':
      return 'Ignore'
  }
  throw new UserError(
    `invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`,
  )
}

/** What commands with -f give to the builder. */
export const fileSelection = ({ flags }: Kubectl) => ({
  filenames: flags.list('filename'),
  kustomization: (flags.find('kustomize') && flags.string('kustomize')) || undefined,
  recursive: flags.bool('recursive'),
})

/** -f or -k must be there (resource.FilenameOptions.RequireFilenameOrKustomize). */
export function requireFiles({ flags }: Kubectl): void {
  if (flags.string('kustomize') && flags.list('filename').length)
    throw new UserError('only one of -f or -k can be specified')
  if (!flags.list('filename').length && !flags.string('kustomize'))
    throw new UserError('must specify one of -f and -k')
}
