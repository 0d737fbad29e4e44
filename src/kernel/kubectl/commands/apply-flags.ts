import { UserError } from '../../api/user-error.ts'
import { bool, duration, type FlagSpec, int, list, text } from '../flag-spec.ts'
import { dryRunOf, type Kubectl } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { pruneFlags } from './apply-prune.ts'
import {
  allFlag,
  dryRunFlag,
  fieldManagerFlag,
  filenameFlags,
  recordFlag,
  selectorFlag,
  validateFlag,
} from './shared-flags.ts'

export const applyFlags: readonly FlagSpec[] = [
  ...printFlags,
  ...filenameFlags('that contains the configuration to apply'),
  selectorFlag,
  allFlag('Select all resources in the namespace of the specified resource types.'),
  dryRunFlag,
  validateFlag,
  fieldManagerFlag(''),
  recordFlag,
  bool('server-side', 'If true, apply runs in the server instead of the client.'),
  bool('force-conflicts', 'If true, server-side apply will force the changes against conflicts.'),
  bool(
    'overwrite',
    'Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration',
    { initial: 'true' },
  ),
  bool(
    'openapi-patch',
    'If true, use openapi to calculate diff when the openapi presents and the resource can be found in the openapi spec. Otherwise, fall back to use baked-in types.',
    { initial: 'true' },
  ),
  text(
    'cascade',
    'Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the dependents (e.g. Pods created by a ReplicationController). Defaults to background.',
    { initial: 'background', bare: 'background' },
  ),
  bool('force', 'If true, immediately remove resources from API and bypass graceful deletion.'),
  int('grace-period', 'Period of time in seconds given to the resource to terminate gracefully.', {
    initial: '-1',
  }),
  duration(
    'timeout',
    'The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object',
  ),
  bool('wait', 'If true, wait for resources to be gone before returning. This waits for finalizers.'),
  text(
    'subresource',
    'If specified, apply will operate on the subresource of the requested object.  Only allowed when using --server-side.',
  ),
  ...pruneFlags,
  list('prune-whitelist', 'Overwrite the default allowlist', {
    deprecated: 'Use --prune-allowlist instead.',
    hidden: true,
  }),
]

/** Flags that do not go together. */
export function checkFlags(kubectl: Kubectl): void {
  const { flags } = kubectl
  if (flags.bool('force-conflicts') && !flags.bool('server-side'))
    throw new UserError('--force-conflicts only works with --server-side')
  if (flags.bool('server-side') && dryRunOf(kubectl) === 'client')
    throw new UserError(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    )
  if (flags.bool('server-side') && flags.bool('force'))
    throw new UserError('--force cannot be used with --server-side')
  if (flags.bool('prune') && !flags.bool('all') && !flags.string('selector') && !flags.string('applyset'))
    throw new UserError(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    )
  if (flags.bool('prune') && flags.bool('all') && flags.string('selector'))
    throw new UserError('cannot set --all and --selector at the same time')
}
