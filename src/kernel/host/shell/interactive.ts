import type { Sys } from '../sys.ts'
import type { Shell } from './shell.ts'
export function* interact(sh: Shell, _login: boolean): Sys<number> {
  return sh.status
}
