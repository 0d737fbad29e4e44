import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Kubectl } from '../kubectl.ts'

/** `create --edit`. */
// biome-ignore lint/correctness/useYield: it will wait for the editor
export function* editManifests(_kubectl: Kubectl): Sys<number> {
  throw new UserError('--edit is not there yet')
}
