import type { Command } from '../command.ts'
import { annotate } from './annotate.ts'
import { apiResources, apiVersions } from './api-resources.ts'
import { apply } from './apply.ts'
import { auth } from './auth.ts'
import { autoscale } from './autoscale.ts'
import { certificate } from './certificate.ts'
import { clusterInfo } from './cluster-info.ts'
import { askCompletion, completion } from './completion.ts'
import { cp } from './cp.ts'
import { debug } from './debug.ts'
import { config } from './config.ts'
import { create } from './create.ts'
import { describe } from './describe.ts'
import { diff } from './diff.ts'
import { cordon, drain, uncordon } from './drain.ts'
import { edit } from './edit.ts'
import { events } from './events.ts'
import { explain } from './explain.ts'
import { attach, exec } from './exec.ts'
import { expose } from './expose.ts'
import { get } from './get.ts'
import { kustomize } from './kustomize.ts'
import { label } from './label.ts'
import { logs } from './logs.ts'
import { options, plugin } from './options.ts'
import { patch } from './patch.ts'
import { portForward } from './port-forward.ts'
import { remove } from './delete.ts'
import { replace } from './replace.ts'
import { rollout } from './rollout.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { set } from './set.ts'
import { taint } from './taint.ts'
import { top } from './top.ts'
import { version } from './version.ts'
import { wait } from './wait.ts'

/** Every command, in the order of the help. Add a line. */
export const commands: readonly Command[] = [
  create,
  expose,
  run,
  set,
  explain,
  get,
  edit,
  remove,
  rollout,
  scale,
  autoscale,
  certificate,
  clusterInfo,
  top,
  cordon,
  uncordon,
  drain,
  taint,
  describe,
  logs,
  attach,
  exec,
  portForward,
  cp,
  auth,
  debug,
  events,
  diff,
  apply,
  patch,
  replace,
  wait,
  kustomize,
  label,
  annotate,
  completion,
  apiResources,
  apiVersions,
  config,
  plugin,
  version,
  options,
  askCompletion,
]
