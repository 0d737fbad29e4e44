import type { IngressClass, IngressClassSpec } from 'kubernetes-types/networking/v1'
import { forbidden, notSupported, required, tooLong, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { byteLength } from '../utf8.ts'
import { ageColumn, nameColumn, text } from './column.ts'
import { validateReference } from './validation/ingress.ts'
import { domainPrefixed } from './validation/domain-prefixed.ts'
import { invalids } from './validation/rules.ts'

type Parameters = NonNullable<IngressClassSpec['parameters']>

/** kubernetes: pkg/registry/networking/ingressclass/strategy.go */
export const ingressClass = kind<Typed<IngressClass>>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  generation: true,
  defaults: (object) =>
    object.spec?.parameters
      ? { ...object, spec: { ...object.spec, parameters: { scope: 'Cluster', ...object.spec.parameters } } }
      : object,
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateImmutable(object.spec?.controller ?? '', old.spec?.controller ?? '', 'spec.controller'),
    ...validate(object),
  ],
  columns: [
    nameColumn,
    text(
      'Controller',
      'Controller that is responsible for handling this class',
      ({ spec }) => spec?.controller ?? '',
    ),
    text('Parameters', 'A reference to a resource with additional parameters', ({ spec }) =>
      spec?.parameters ? formatParameters(spec.parameters) : '<none>',
    ),
    ageColumn,
  ],
})

const formatParameters = ({ kind: of, apiGroup, name }: Parameters): string =>
  `${of}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`

/** kubernetes: pkg/apis/networking/validation/validation.go ValidateIngressClass. */
function validate({ metadata, spec = {} }: Typed<IngressClass>): FieldError[] {
  const { controller, parameters } = spec
  const path = 'spec.controller'
  return [
    ...validateObjectMeta(metadata, false, validateDNS1123Subdomain),
    ...(controller
      ? [...(byteLength(controller) > 250 ? [tooLong(path, 250)] : []), ...domainPrefixed(path, controller)]
      : [required(path)]),
    ...(parameters ? validateParameters(parameters, 'spec.parameters') : []),
  ]
}

function validateParameters(parameters: Parameters, field: string): FieldError[] {
  const { scope, namespace } = parameters
  const path = `${field}.namespace`
  const errors = validateReference(parameters, field)
  if (scope === undefined) return [...errors, required(`${field}.scope`)]
  if (scope === 'Cluster')
    return namespace === undefined
      ? errors
      : [...errors, forbidden(path, "`parameters.scope` is set to 'Cluster'")]
  if (scope !== 'Namespace')
    return [...errors, notSupported(`${field}.scope`, scope, ['Cluster', 'Namespace'])]
  return [
    ...errors,
    ...(namespace === undefined
      ? [required(path, "`parameters.scope` is set to 'Namespace'")]
      : invalids(path, namespace, validateDNS1123Label(namespace))),
  ]
}
