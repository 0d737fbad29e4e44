import type { Command } from '../command.ts'
import { get } from './get.ts'

/** Every command, in the order of the help. Add a line. */
export const commands: readonly Command[] = [get]
