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

import { apiResources, apiVersions } from './api-resources.ts'
import { describe } from './describe.ts'
import { attach, exec } from './exec.ts'
import { expose } from './expose.ts'
import { logs } from './logs.ts'
import { replace } from './replace.ts'
import { rollout } from './rollout.ts'
import { run } from './run.ts'
import { wait } from './wait.ts'

/** Every command, in the order of the help. Add a line. */
export const commands: readonly Command[] = [
  create, expose, run, get, remove, rollout, scale, describe, logs, attach, exec, apply, patch, replace, wait, label, annotate,
  apiResources, apiVersions, config, version,
]
