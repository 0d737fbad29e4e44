import type { LimitRange, LimitRangeItem } from 'kubernetes-types/core/v1'
import type { FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { roundedUp } from './pod/resources.ts'
import { validateLimitRangeItems } from './validation/limit-range.ts'
import { validateObjectMeta } from './validation/object-meta.ts'

/** kubernetes: pkg/registry/core/limitrange/strategy.go */
export const limitRange = kind<Typed<LimitRange>>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  allowCreateOnUpdate: true,
  defaults: (object) => ({
    ...object,
    spec: { ...object.spec, limits: object.spec?.limits?.map(defaultItem) as LimitRangeItem[] },
  }),
  prepareForCreate: (object, { uid }) =>
    object.metadata.name || object.metadata.generateName || !uid
      ? object
      : { ...object, metadata: { ...object.metadata, name: uid } },
  validate,
  validateUpdate: validate,
})

function validate({ metadata, spec }: Typed<LimitRange>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validateLimitRangeItems(spec?.limits ?? [], 'spec.limits'),
  ]
}

/** kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem: a container's missing amounts follow from the others. */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  const rounded = Object.fromEntries(
    lists.flatMap((key) => (item[key] ? [[key, roundedUp(item[key])]] : [])),
  ) as Partial<LimitRangeItem>
  const whole = { ...item, ...rounded }
  if (item.type !== 'Container') return whole
  const limits = { ...whole.max, ...whole.default }
  return { ...whole, default: limits, defaultRequest: { ...whole.min, ...limits, ...whole.defaultRequest } }
}

const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const
