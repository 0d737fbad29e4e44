import type { ResourceQuota, ResourceQuotaSpec } from 'kubernetes-types/core/v1'
import { goSyntax, invalid, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import { canonicalQuantity, parseQuantity } from '../quantity.ts'
import { ageColumn, nameColumn, text } from './column.ts'
import { roundedUp } from './pod/resources.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { isHugePage, resourceName, resourceQuantity } from './validation/resources.ts'
import { sortedEntries } from './validation/rules.ts'

type Quantities = Readonly<Record<string, string>>

/** kubernetes: pkg/registry/core/resourcequota/strategy.go */
export const resourceQuota = kind<Typed<ResourceQuota>>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  status: true,
  defaults: (object) =>
    object.spec?.hard ? { ...object, spec: { ...object.spec, hard: roundedUp(object.spec.hard) } } : object,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
    ...validateImmutable(
      goScopes(object.spec?.scopes?.toSorted()),
      goScopes(old.spec?.scopes?.toSorted()),
      'spec.scopes',
    ),
  ],
  validateStatusUpdate: ({ metadata, status }, old) => [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...validateAmounts(status?.hard, 'status.hard'),
    ...validateAmounts(status?.used, 'status.used'),
  ],
  columns: [
    nameColumn,
    ageColumn,
    text(
      'Request',
      'Request represents a minimum amount of cpu/memory that a container may consume.',
      (object) => usage(object, (name) => !name.startsWith('limits')),
    ),
    text(
      'Limit',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
      (object) => usage(object, (name) => name.startsWith('limits')),
    ),
  ],
})

/** `cpu: 1/2, memory: 1Gi/4Gi` (kubernetes: pkg/printers printResourceQuota). */
const usage = ({ status }: Typed<ResourceQuota>, wanted: (name: string) => boolean): string =>
  sortedEntries(status?.hard)
    .filter(([name]) => wanted(name))
    .map(
      ([name, hard]) =>
        `${name}: ${canonicalQuantity(status?.used?.[name] ?? '0')}/${canonicalQuantity(hard)}`,
    )
    .join(', ')

function validate({ metadata, spec = {} }: Typed<ResourceQuota>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validateAmounts(spec.hard, 'spec.hard'),
    ...validateScopes(spec, 'spec.scopes'),
    ...validateScopeSelector(spec, 'spec.scopeSelector.matchExpressions'),
  ]
}

const validateAmounts = (amounts: Quantities | undefined, field: string): FieldError[] =>
  sortedEntries(amounts).flatMap(([name, amount]) => [
    ...quotaName(`${field}[${name}]`, name),
    ...resourceQuantity(`${field}[${name}]`, name, parseQuantity(amount)),
  ])

/** ValidateResourceQuotaResourceName. */
function quotaName(field: string, name: string): FieldError[] {
  const standard = name.includes('/') || isStandard(name)
  return [
    ...resourceName(field, name),
    ...(standard ? [] : [invalid(field, goSyntax(name), 'must be a standard resource for quota')]),
  ]
}

const compute = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']

const standardNames = [
  ...compute,
  'ephemeral-storage',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]

const isStandard = (name: string): boolean =>
  standardNames.includes(name) || isHugePage(name) || name.startsWith('requests.hugepages-')

const existing = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity']
const scopes = [...existing, 'PriorityClass']

const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const

/** Scopes tell pods apart, so only what pods use can be limited with them (IsResourceQuotaScopeValidForResource). */
const suits = (scope: string, name: string): boolean =>
  name === 'pods' || (scope !== 'BestEffort' && scopes.includes(scope) && compute.includes(name))

const goScopes = (list: readonly string[] | undefined) =>
  goSyntax(
    list ? `[]core.ResourceQuotaScope{${list.map(goQuote).join(', ')}}` : '[]core.ResourceQuotaScope(nil)',
  )

function validateScopes({ scopes: given = [], hard }: ResourceQuotaSpec, field: string): FieldError[] {
  const shown = goScopes(given)
  return [
    ...given.flatMap((scope) => [
      ...(scopes.includes(scope) ? [] : [invalid(field, shown, 'unsupported scope')]),
      ...unsuited(scope, hard).map(() => invalid(field, shown, 'unsupported scope applied to resource')),
    ]),
    ...conflicts
      .filter((pair) => pair.every((scope) => given.includes(scope)))
      .map(() => invalid(field, shown, 'conflicting scopes')),
  ]
}

const unsuited = (scope: string, hard: Quantities = {}): string[] =>
  Object.keys(hard).filter((name) => isStandard(name) && !suits(scope, name))

function validateScopeSelector({ scopeSelector, hard }: ResourceQuotaSpec, field: string): FieldError[] {
  const requirements = scopeSelector?.matchExpressions ?? []
  const names = requirements.map(({ scopeName }) => scopeName)
  return [
    ...requirements.flatMap((requirement) => [
      ...validateRequirement(requirement, field),
      ...unsuited(requirement.scopeName, hard).map(() =>
        invalid(field, requirement.scopeName, 'unsupported scope applied to resource'),
      ),
    ]),
    ...conflicts
      .filter((pair) => pair.every((scope) => names.includes(scope)))
      .map(() => invalid(field, goScopes(names), 'conflicting scopes')),
  ]
}

const existsMessage =
  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"

function validateRequirement(
  { scopeName, operator, values = [] }: { scopeName: string; operator: string; values?: string[] },
  field: string,
): FieldError[] {
  const errors = scopes.includes(scopeName)
    ? []
    : [invalid(`${field}.scopeName`, scopeName, 'unsupported scope')]
  if (existing.includes(scopeName) && operator !== 'Exists')
    errors.push(invalid(`${field}.operator`, operator, existsMessage))
  const selects = operator === 'In' || operator === 'NotIn'
  if (selects && values.length === 0)
    errors.push(
      required(
        `${field}.values`,
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      ),
    )
  const states = operator === 'Exists' || operator === 'DoesNotExist'
  if (states && values.length > 0)
    errors.push(
      invalid(
        `${field}.values`,
        values,
        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
      ),
    )
  if (!selects && !states)
    errors.push(invalid(`${field}.operator`, operator, 'not a valid selector operator'))
  return errors
}
