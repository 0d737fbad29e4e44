import type { Sys } from '../host/sys.ts'
import type { FlagSpec } from './flag-spec.ts'
import type { Kubectl } from './kubectl.ts'

/** One command of kubectl's tree. One a file in `commands/`, one line in its table. */
export interface Command {
  /** What it is called and takes: `get (TYPE[.VERSION][.GROUP] [NAME ...]) [flags]`. */
  readonly use: string
  readonly short: string
  readonly long?: string
  readonly example?: string
  readonly aliases?: readonly string[]
  readonly flags?: readonly FlagSpec[]
  readonly commands?: readonly Command[]
  /** The heading it stands below in `kubectl --help`. */
  readonly group?: string
  readonly hidden?: boolean
  /** Where the help of a group of commands goes when none of them is named: 1 or 2, the default. */
  readonly helpTo?: 1 | 2
  /** Flags end at the first argument (cobra: SetInterspersed(false)). */
  readonly flagsFirst?: boolean
  /** Everything behind the command is an argument, flags too. */
  readonly rawArguments?: boolean
  /** Absent: prints its help. The value is the exit status, 0 if there is none. */
  run?(kubectl: Kubectl, args: readonly string[]): Sys<number | undefined> | Sys<void>
  /** Candidates for the argument after `args`. */
  complete?(kubectl: Kubectl, args: readonly string[]): Sys<readonly string[]>
}

export const nameOf = ({ use }: Command): string => use.split(' ')[0] as string

/** Flags that several commands share. */
export const answersTo = (command: Command, name: string): boolean =>
  nameOf(command) === name || (command.aliases ?? []).includes(name)
