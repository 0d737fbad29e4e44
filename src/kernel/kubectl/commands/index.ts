import type { Command } from '../command.ts'
import { annotate } from './annotate.ts'
import { apiResources, apiVersions } from './api-resources.ts'
import { apply } from './apply.ts'
import { autoscale } from './autoscale.ts'
import { certificate } from './certificate.ts'
import { debug } from './debug.ts'
import { config } from './config.ts'
import { create } from './create.ts'
import { describe } from './describe.ts'
import { diff } from './diff.ts'
import { edit } from './edit.ts'
import { attach, exec } from './exec.ts'
import { expose } from './expose.ts'
import { get } from './get.ts'
import { label } from './label.ts'
import { logs } from './logs.ts'
import { patch } from './patch.ts'
import { remove } from './delete.ts'
import { replace } from './replace.ts'
import { rollout } from './rollout.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { set } from './set.ts'
import { version } from './version.ts'
import { wait } from './wait.ts'

/** Every command, in the order of the help. Add a line. */
export const commands: readonly Command[] = [
  create, expose, run, set,
  get, edit, remove,
  rollout, scale, autoscale,
  certificate,
  describe, logs, attach, exec, debug,
  diff, apply, patch, replace, wait,
  label, annotate,
  apiResources, apiVersions, config, version,
]
