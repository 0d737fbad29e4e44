import type { Os } from '../../host/program.ts'
import type { Sys } from '../../host/sys.ts'
import type { Client } from './client.ts'
import type { Flags } from './flags.ts'

/** What a command works with. */
export interface Run {
  readonly os: Os
  readonly flags: Flags
  readonly client: Client
  /** Words that are not the command's name. */
  readonly args: readonly string[]
  print(text: string): Sys<void>
}

/** One command: `run` gives the exit status, or nothing for 0. */
export interface Command {
  /** `member add <memberName> [options]` */
  readonly usage: string
  readonly short: string
  readonly flags?: Readonly<Record<string, string>>
  run(run: Run): Sys<number | undefined>
}
