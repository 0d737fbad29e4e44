import type { Programs } from '../program.ts'
import { shell } from '../shell/sh.ts'

/** The everyday programs, by the name of their files in /usr/bin. */
export const bin: Programs = { bash: shell }
