import type { Column, KindDefinition } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import type { Json, JsonObject, KubeObject } from '../objects.ts'
import { ageColumn, doc, integer, nameColumn, text } from './column.ts'

/**
 * Kinds that are kept and shown, and no more: nothing in the cluster acts on them. Their metadata is checked, their
 * specs are only decoded.
 */
export const plainKinds: readonly KindDefinition[] = [
  webhooks('MutatingWebhookConfiguration'),
  webhooks('ValidatingWebhookConfiguration'),
  plain(
    'admissionregistration.k8s.io',
    'ValidatingAdmissionPolicy',
    'validatingadmissionpolicies',
    [
      integer(
        'Validations',
        'Validations indicates the number of validation rules defined in this configuration',
        (object) => list(at(object, 'spec', 'validations')).length,
      ),
      text(
        'ParamKind',
        'ParamKind specifies the kind of resources used to parameterize this policy',
        (object) => paramKind(at(object, 'spec', 'paramKind')),
      ),
      ageColumn,
    ],
    { status: true, generation: true, categories: ['api-extensions'] },
  ),
  plain(
    'admissionregistration.k8s.io',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
    [
      text(
        'PolicyName',
        'PolicyName indicates the policy definition which the policy binding binded to',
        (object) => string(at(object, 'spec', 'policyName')),
      ),
      text('ParamRef', 'ParamRef indicates the param resource which sets the configration param', (object) =>
        paramRef(at(object, 'spec', 'paramRef')),
      ),
      ageColumn,
    ],
    { generation: true, categories: ['api-extensions'] },
  ),
  plain(
    'flowcontrol.apiserver.k8s.io',
    'FlowSchema',
    'flowschemas',
    [
      text('PriorityLevel', doc('flowcontrol.v1.PriorityLevelConfigurationReference.name'), (object) =>
        string(at(object, 'spec', 'priorityLevelConfiguration', 'name')),
      ),
      integer('MatchingPrecedence', doc('flowcontrol.v1.FlowSchemaSpec.matchingPrecedence'), (object) =>
        Number(at(object, 'spec', 'matchingPrecedence') ?? 0),
      ),
      text(
        'DistinguisherMethod',
        doc('flowcontrol.v1.FlowSchemaSpec.distinguisherMethod'),
        (object) => string(at(object, 'spec', 'distinguisherMethod', 'type')) || '<none>',
      ),
      ageColumn,
      text('MissingPL', 'references a broken or non-existent PriorityLevelConfiguration', (object) =>
        missingLevel(at(object, 'status', 'conditions')),
      ),
    ],
    {
      status: true,
      generation: true,
      defaults: (object) => withSpec(object, (spec) => ({ matchingPrecedence: 1000, ...spec })),
    },
  ),
  plain(
    'flowcontrol.apiserver.k8s.io',
    'PriorityLevelConfiguration',
    'prioritylevelconfigurations',
    [
      text('Type', doc('flowcontrol.v1.PriorityLevelConfigurationSpec.type'), (object) =>
        string(at(object, 'spec', 'type')),
      ),
      text(
        'NominalConcurrencyShares',
        doc('flowcontrol.v1.LimitedPriorityLevelConfiguration.nominalConcurrencyShares'),
        (object) => ofLimited(object, 'nominalConcurrencyShares'),
      ),
      text('Queues', doc('flowcontrol.v1.QueuingConfiguration.queues'), (object) =>
        ofLimited(object, 'limitResponse', 'queuing', 'queues'),
      ),
      text('HandSize', doc('flowcontrol.v1.QueuingConfiguration.handSize'), (object) =>
        ofLimited(object, 'limitResponse', 'queuing', 'handSize'),
      ),
      text('QueueLengthLimit', doc('flowcontrol.v1.QueuingConfiguration.queueLengthLimit'), (object) =>
        ofLimited(object, 'limitResponse', 'queuing', 'queueLengthLimit'),
      ),
      ageColumn,
    ],
    { status: true, generation: true },
  ),
]

/** Lower-cased, the kind is its own singular. */
function plain(
  group: string,
  kind: string,
  plural: string,
  columns: readonly Column[],
  more: Partial<KindDefinition> = {},
): KindDefinition {
  const namespaced = more.namespaced ?? false
  const kept: Partial<KindDefinition> = more.status
    ? {
        prepareForCreate: (object) => ({ ...object, status: {} }) as KubeObject,
        prepareForUpdate: (object, old) =>
          ({ ...object, status: (old as { readonly status?: Json }).status }) as KubeObject,
      }
    : {}
  return {
    group,
    version: 'v1',
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced,
    validate: ({ metadata }) => validateObjectMeta(metadata, namespaced, validateDNS1123Subdomain),
    validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
    columns: [nameColumn, ...columns],
    ...kept,
    ...more,
  }
}

/** kubernetes: pkg/apis/admissionregistration/v1/defaults.go. */
function webhooks(kind: string): KindDefinition {
  const words = 'Webhooks indicates the number of webhooks registered in this configuration'
  const mutating = kind.startsWith('Mutating')
  const common = {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    ...(mutating && { reinvocationPolicy: 'Never' }),
  }
  return plain(
    'admissionregistration.k8s.io',
    kind,
    `${kind.toLowerCase()}s`,
    [integer('Webhooks', words, (object) => list(at(object, 'webhooks')).length), ageColumn],
    {
      generation: true,
      categories: ['api-extensions'],
      defaults: (object) => {
        const given = list(at(object, 'webhooks')) as JsonObject[]
        return {
          ...object,
          webhooks: given.map((one) => ({ ...common, ...one, ...withDefaults(one) })),
        } as KubeObject
      },
    },
  )
}

function withDefaults({ rules, clientConfig }: JsonObject): JsonObject {
  const config = clientConfig as { readonly service?: JsonObject } | undefined
  const scoped = (list(rules) as JsonObject[]).map((rule) => ({ scope: '*', ...rule }))
  return {
    ...(rules !== undefined && { rules: scoped }),
    ...(config?.service && {
      clientConfig: { ...config, service: { port: 443, ...config.service } } as JsonObject,
    }),
  }
}

const withSpec = (object: KubeObject, fill: (spec: JsonObject) => JsonObject): KubeObject =>
  ({ ...object, spec: fill((at(object, 'spec') ?? {}) as JsonObject) }) as KubeObject

function ofLimited(object: KubeObject, ...path: readonly string[]): string | number {
  const value = at(object, 'spec', 'limited', ...path)
  return typeof value === 'number' ? value : '<none>'
}

function missingLevel(conditions: Json | undefined): string {
  const all = list(conditions) as readonly { readonly type?: string; readonly status?: string }[]
  return all.find(({ type }) => type === 'Dangling')?.status ?? '?'
}

function paramKind(value: Json | undefined): string {
  const { apiVersion, kind } = (value ?? {}) as { readonly apiVersion?: string; readonly kind?: string }
  return value ? `${apiVersion ?? ''}/${kind ?? ''}` : '<unset>'
}

function paramRef(value: Json | undefined): string {
  const { namespace, name, selector } = (value ?? {}) as {
    readonly namespace?: string
    readonly name?: string
    readonly selector?: Json
  }
  if (!value) return '<unset>'
  const which = name || (selector ? JSON.stringify(selector) : '')
  return namespace ? `${namespace}/${which}` : `*/${which}`
}

/** The value at a path of names. */
function at(object: KubeObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = object as unknown as Json
  for (const key of path) value = (value as JsonObject | undefined)?.[key]
  return value
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
const string = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
