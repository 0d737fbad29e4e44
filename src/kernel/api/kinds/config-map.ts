import type { ConfigMap } from 'kubernetes-types/core/v1'
import { forbidden, invalid, tooLong, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateConfigMapKey, validateDNS1123Subdomain } from '../names.ts'
import { byteLength } from '../utf8.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { decodedLength, maxSecretSize, sameMap } from './secret-data.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { invalids, sortedEntries } from './validation/rules.ts'

/** kubernetes: pkg/registry/core/configmap/strategy.go */
export const configMap = kind<Typed<ConfigMap>>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(old.immutable ? immutableChanges(object, old) : []),
    ...validate(object),
  ],
  columns: [
    nameColumn,
    text(
      'Data',
      doc('core.v1.ConfigMap.data'),
      ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    ),
    ageColumn,
  ],
})

/** kubernetes: pkg/apis/core/validation/validation.go ValidateConfigMap. */
function validate({ metadata, data, binaryData }: Typed<ConfigMap>): FieldError[] {
  const texts = sortedEntries(data)
  const binaries = sortedEntries(binaryData)
  const size =
    sum(texts.map(([, value]) => byteLength(value))) + sum(binaries.map(([, value]) => decodedLength(value)))
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...texts.flatMap(([key]) => [
      ...invalids(`data[${key}]`, key, validateConfigMapKey(key)),
      ...(binaryData?.[key] === undefined
        ? []
        : [invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')]),
    ]),
    ...binaries.flatMap(([key]) => invalids(`binaryData[${key}]`, key, validateConfigMapKey(key))),
    ...(size > maxSecretSize ? [tooLong('[]', maxSecretSize)] : []),
  ]
}

function immutableChanges(object: Typed<ConfigMap>, old: Typed<ConfigMap>): FieldError[] {
  const why = 'field is immutable when `immutable` is set'
  return [
    ...(object.immutable ? [] : [forbidden('immutable', why)]),
    ...(sameMap(object.data, old.data) ? [] : [forbidden('data', why)]),
    ...(sameMap(object.binaryData, old.binaryData) ? [] : [forbidden('binaryData', why)]),
  ]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
