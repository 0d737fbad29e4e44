import type { Command } from '../command.ts'
import { annotate } from './annotate.ts'
import { apply } from './apply.ts'
import { config } from './config.ts'
import { create } from './create.ts'
import { get } from './get.ts'
import { label } from './label.ts'
import { patch } from './patch.ts'
import { remove } from './delete.ts'
import { scale } from './scale.ts'
import { version } from './version.ts'

/** Every command, in the order of the help. Add a line. */
export const commands: readonly Command[] = [create, get, remove, scale, apply, patch, label, annotate, config, version]
