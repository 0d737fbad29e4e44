import { binNames } from '../host/bin/names.ts'

/** Paths of the everyday programs of a Debian machine: `[path, program]`. */
export const hostPrograms: readonly (readonly [string, string])[] = [
  ...binNames.map((name) => [`/usr/bin/${name}`, name] as const),
  ['/usr/bin/sh', 'bash'],
]
