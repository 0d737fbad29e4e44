import { array, bool, list, text, type FlagSpec } from '../flag-spec.ts'

/** -f, -k and -R (cmdutil.AddFilenameOptionFlags). */
export const filenameFlags = (usage: string): readonly FlagSpec[] => [
  list('filename', `Filename, directory, or URL to files ${usage}`, { short: 'f' }),
  text('kustomize', `Process the kustomization directory. This flag can't be used together with -f or -R.`, {
    short: 'k',
  }),
  bool(
    'recursive',
    'Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.',
    { short: 'R' },
  ),
]

export const selectorFlag = text(
  'selector',
  "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must satisfy all of the specified label constraints.",
  { short: 'l' },
)

export const fieldSelectorFlag = text(
  'field-selector',
  "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2). The server only supports a limited number of field queries per type.",
)

export const allFlag = (usage: string): FlagSpec => bool('all', usage)

export const allNamespacesFlag = bool(
  'all-namespaces',
  'If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.',
  { short: 'A' },
)

export const dryRunFlag = text(
  'dry-run',
  'Must be "none", "server", or "client". If client strategy, only print the object that would be sent, without sending it. If server strategy, submit server-side request without persisting the resource.',
  { initial: 'none', bare: 'unchanged' },
)

export const fieldManagerFlag = (initial: string): FlagSpec =>
  text('field-manager', 'Name of the manager used to track field ownership.', { initial })

export const validateFlag = text(
  'validate',
  'Must be one of: strict (or true), warn, ignore (or false). "true" or "strict" will use a schema to validate the input and fail the request if invalid.',
  { initial: 'strict', bare: 'strict' },
)

export const saveConfigFlag = bool(
  'save-config',
  'If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged. This flag is useful when you want to perform kubectl apply on this object in the future.',
)

export const recordFlag = bool(
  'record',
  'Record current kubectl command in the resource annotation. If set to false, do not record the command. If set to true, record the command. If not set, default to updating the existing annotation value only if one already exists.',
  { deprecated: '--record will be removed in the future' },
)

export const chunkSizeFlag = text(
  'chunk-size',
  'Return large lists in chunks rather than all at once. Pass 0 to disable.',
  { initial: '500', type: 'int64' } as Partial<FlagSpec>,
)

export const subresourceFlag = (usage: string): FlagSpec => text('subresource', usage)

export const imageFlags: readonly FlagSpec[] = [array('image', 'Image')]
