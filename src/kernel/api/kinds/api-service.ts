import { invalid, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { kind } from '../kind.ts'
import { validateDNS1035Label, validatePathSegmentName } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import type { KubeObject } from '../objects.ts'
import { formatTime } from '../time.ts'
import { ageColumn, nameColumn, text } from './column.ts'
import { dnsSubdomain, invalids } from './validation/rules.ts'

interface APIServiceSpec {
  readonly group?: string
  readonly version?: string
  readonly groupPriorityMinimum?: number
  readonly versionPriority?: number
  readonly caBundle?: string
  readonly insecureSkipTLSVerify?: boolean
  readonly service?: { readonly namespace?: string; readonly name?: string; readonly port?: number }
}

interface APIService extends KubeObject {
  readonly spec?: APIServiceSpec
  readonly status?: { readonly conditions?: readonly Condition[] }
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
}

/** kube-aggregator: pkg/registry/apiservice/strategy.go */
export const apiService = kind<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  singular: 'apiservice',
  categories: ['api-extensions'],
  namespaced: false,
  status: true,
  allowUnconditionalUpdate: false,
  defaults: (object) =>
    object.spec?.service
      ? { ...object, spec: { ...object.spec, service: { port: 443, ...object.spec.service } } }
      : object,
  // What the server serves itself is there at once.
  prepareForCreate: (object, { now }) => ({
    ...object,
    status: object.spec?.service ? {} : { conditions: [localCondition(now)] },
  }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: ({ metadata, spec }) => validate(metadata, spec ?? {}),
  validateUpdate: ({ metadata, spec }, old) => [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...validate(metadata, spec ?? {}),
  ],
  validateStatusUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  columns: [
    nameColumn,
    text('Service', 'The reference to the service that hosts this API endpoint.', ({ spec }) =>
      spec?.service ? `${spec.service.namespace}/${spec.service.name}` : 'Local',
    ),
    text('Available', 'Whether this service is available.', ({ status }) => {
      const condition = status?.conditions?.find(({ type }) => type === 'Available')
      if (!condition) return 'Unknown'
      return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason ?? ''})`
    }),
    ageColumn,
  ],
})

const localCondition = (now: number): Condition => ({
  type: 'Available',
  status: 'True',
  lastTransitionTime: formatTime(now),
  reason: 'Local',
  message: 'Local APIServices are always available',
})

/** kube-aggregator: pkg/apis/apiregistration/validation/validation.go ValidateAPIService. */
function validate(metadata: APIService['metadata'], spec: APIServiceSpec): FieldError[] {
  const { group = '', version = '', groupPriorityMinimum: priority = 0, versionPriority = 0 } = spec
  const name = `${version}.${group}`
  const rule = (given: string) => {
    const errors = validatePathSegmentName(given)
    if (errors.length > 0 || given === name) return errors
    return [`must be \`spec.version+"."+spec.group\`: ${goQuote(name)}`]
  }
  const atMost = (field: string, value: number, max: number) =>
    value > 0 && value <= max ? [] : [invalid(field, value, `must be positive and less than ${max}`)]
  return [
    ...validateObjectMeta(metadata, false, rule),
    ...(group === '' && version !== 'v1'
      ? [required('spec.group', 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...(group ? dnsSubdomain('spec.group', group) : []),
    ...invalids('spec.version', version, validateDNS1035Label(version)),
    ...atMost('spec.groupPriorityMinimum', priority, 20000),
    ...atMost('spec.versionPriority', versionPriority, 1000),
    ...(spec.service ? validateRemote(spec) : validateLocal(spec)),
  ]
}

const insecure = 'spec.insecureSkipTLSVerify'

function validateLocal({ caBundle, insecureSkipTLSVerify }: APIServiceSpec): FieldError[] {
  const size = Math.floor(((caBundle ?? '').replace(/=+$/, '').length * 3) / 4)
  return [
    ...(size > 0
      ? [invalid('spec.caBundle', `${size} bytes`, 'local APIServices may not have a caBundle')]
      : []),
    ...(insecureSkipTLSVerify
      ? [invalid(insecure, true, 'local APIServices may not have insecureSkipTLSVerify')]
      : []),
  ]
}

function validateRemote({ service, caBundle, insecureSkipTLSVerify }: APIServiceSpec): FieldError[] {
  const { namespace, name, port = 0 } = service!
  return [
    ...(namespace ? [] : [required('spec.service.namespace')]),
    ...(name ? [] : [required('spec.service.name')]),
    ...(port >= 1 && port <= 65535
      ? []
      : [invalid('spec.service.port', port, 'port is not valid: must be between 1 and 65535, inclusive')]),
    ...(insecureSkipTLSVerify && caBundle
      ? [invalid(insecure, true, 'may not be true if caBundle is present')]
      : []),
  ]
}
