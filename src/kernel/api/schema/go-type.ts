import { requireStruct, type FieldType, type Scalar } from './types.ts'

/** The type as Go prints it in decode errors: `[]v1.Container`, `map[string]string`, `v1.ResourceList`. */
export function goTypeOf(type: FieldType): string {
  switch (type.kind) {
    case 'array':
      return `[]${goTypeOf(type.of)}`
    case 'map':
      return type.goType ?? `map[string]${goTypeOf(type.of)}`
    case 'struct':
      return requireStruct(type.name).goName
    default:
      return type.goType ?? goScalars[type.scalar]
  }
}

/** Names of Go's types for scalars. */
export const goScalars: Readonly<Record<Scalar, string>> = {
  string: 'string',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  boolean: 'bool',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  bytes: '[]uint8',
  any: 'runtime.RawExtension',
  fieldsV1: 'v1.FieldsV1',
}
