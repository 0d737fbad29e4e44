import type { Ingress, IngressRule } from 'kubernetes-types/networking/v1'
import { invalid, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { ageColumn, nameColumn, text } from './column.ts'
import { validateIngressSpec, validateIngressStatus } from './validation/ingress.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'

/** kubernetes: pkg/registry/networking/ingress/strategy.go */
export const ingress = kind<Typed<Ingress>>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  status: true,
  generation: true,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: (object) => [...validate(object), ...validateClasses(object)],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
  ],
  validateStatusUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateIngressStatus(object.status ?? {}),
  ],
  warnings: ({ metadata, spec }) =>
    metadata.annotations?.[classAnnotation] !== undefined && spec?.ingressClassName === undefined
      ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  columns: [
    nameColumn,
    text(
      'Class',
      'The name of the IngressClass resource that should be used for additional configuration',
      ({ spec }) => spec?.ingressClassName ?? '<none>',
    ),
    text('Hosts', 'Hosts that incoming requests are matched against before the ingress rule', ({ spec }) =>
      formatHosts(spec?.rules ?? []),
    ),
    text('Address', 'Address is a list containing ingress points for the load-balancer', ({ status }) =>
      [...new Set((status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''))]
        .filter(Boolean)
        .sort()
        .join(','),
    ),
    text('Ports', 'Ports of TLS configurations that open', ({ spec }) =>
      spec?.tls?.length ? '80, 443' : '80',
    ),
    ageColumn,
  ],
})

const classAnnotation = 'kubernetes.io/ingress.class'

const validate = ({ metadata, spec }: Typed<Ingress>): FieldError[] => [
  ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
  ...validateIngressSpec(spec ?? {}, 'spec'),
]

/** The older annotation may not say another class. */
function validateClasses({ metadata, spec }: Typed<Ingress>): FieldError[] {
  const annotation = metadata.annotations?.[classAnnotation]
  const name = spec?.ingressClassName
  return annotation === undefined || name === undefined || annotation === name
    ? []
    : [
        invalid(
          `annotations.${classAnnotation}`,
          annotation,
          'must match `ingressClassName` when both are specified',
        ),
      ]
}

/** The first three. */
function formatHosts(rules: readonly IngressRule[]): string {
  const hosts = rules.flatMap(({ host }) => (host ? [host] : []))
  const listed = hosts.slice(0, 3)
  if (listed.length === 0) return '*'
  const seen = rules.findIndex(({ host }) => host === listed[2])
  const more = listed.length === 3 && seen < rules.length - 1
  return more ? `${listed.join(',')} + ${rules.length - 3} more...` : listed.join(',')
}
