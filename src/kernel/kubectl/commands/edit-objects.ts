import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Kubectl } from '../kubectl.ts'

// biome-ignore lint/correctness/useYield: it will wait for the editor
export function* editObjects(_kubectl: Kubectl, _args: readonly string[], _mode: 'edit' | 'last-applied'): Sys<number> {
  throw new UserError('edit is not there yet')
}
