import { bin } from '../host/bin/index.ts'

/** Paths of the everyday programs of a Debian machine: `[path, program]`. */
export const hostPrograms: readonly (readonly [string, string])[] = [
  ...Object.keys(bin).map((name) => [`/usr/bin/${name}`, name] as const),
  ['/usr/bin/sh', 'bash'],
]
