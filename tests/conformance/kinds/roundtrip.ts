import { restOfTypes } from '../../../src/kernel/api/schema/types-rest.generated.ts'
import { decode } from '../../../src/kernel/api/schema/decode.ts'
import { encode } from '../../../src/kernel/api/schema/encode.ts'
import { addTypes, structNameOf, structType } from '../../../src/kernel/api/schema/types.ts'
import { groupVersionOf, type JsonObject } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'

addTypes(restOfTypes)

/** Every kind of the API with every field filled in: decoded strictly and encoded again it is the same. */
export const roundTripSuite: OracleSuite = {
  pattern: /^k8s-data\/api-roundtrip\/[^/]+\.json$/,
  run: (path, text) => tally([JSON.parse(text) as JsonObject], () => path.split('/').at(-1)!, judge),
}

function judge(object: JsonObject): Verdict {
  const [group, version] = groupVersionOf(String(object['apiVersion']))
  const kind = String(object['kind'])
  const shared = `meta.v1.${kind}`
  const name = structNameOf(group, version, kind) ?? (structType(shared) ? shared : undefined)
  if (!name && group === '' && kind.endsWith('Options'))
    return notApplicable('options of a request, which travel in its query')
  if (!name)
    return version === 'v1' ? 'no such type' : notApplicable('a version that 1.32 does not serve by default')
  const { object: decoded, strict } = decode(name, object)
  return strict.length > 0 ? strict.join(', ') : difference(encode(name, decoded), object)
}
