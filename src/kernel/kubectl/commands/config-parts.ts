import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'

/** A command without arguments of its own kind. */
export const simple = (
  use: string,
  short: string,
  run: NonNullable<Command['run']>,
  more: Partial<Command> = {},
): Command => ({ use, short, run, ...more })

export const exactly = (args: readonly string[], count: number): void => {
  if (args.length !== count) throw new UserError(`accepts ${count} arg(s), received ${args.length}`)
}
