import type { Os } from '../../host/program.ts'
import { write, type Sys } from '../../host/sys.ts'
import type { CriClient } from '../../runtime/cri-client.ts'
import type { FlagNames, Flags } from './flags.ts'

/** What a command works with. */
export interface Session {
  readonly os: Os
  readonly cri: CriClient
  readonly flags: Flags
}

/** One command of crictl; its value is the exit status. */
export interface Command {
  readonly usage: string
  readonly flags?: FlagNames
  /** Words after the first argument are not flags of crictl. */
  readonly stopAtArgument?: boolean
  run(session: Session): Sys<number>
}

/** The answer is no; the message is printed with the time and level as crictl's log does. */
export class CrictlError extends Error {}

export const print = (text: string): Sys<void> => write(1, text)

export const json = (value: unknown): Sys<void> => write(1, `${JSON.stringify(value, undefined, 2)}\n`)
