import type { Sys } from '../../sys.ts'
import type { Io, Shell } from '../shell.ts'
import { completion } from './completion.ts'
import { control } from './control.ts'
import { directories } from './directories.ts'
import { jobControl } from './job-control.ts'
import { names } from './names.ts'
import { output } from './output.ts'
import { settings } from './settings.ts'
import { variables } from './variables.ts'

/** A command that runs inside the shell; `args[0]` is its name. */
export type Builtin = (sh: Shell, args: readonly string[], io: Io) => Sys<number>

/** All builtins by name. */
export const builtins: Readonly<Record<string, Builtin>> = Object.assign(
  Object.create(null) as Record<string, Builtin>,
  completion,
  control,
  directories,
  jobControl,
  names,
  output,
  settings,
  variables,
)
