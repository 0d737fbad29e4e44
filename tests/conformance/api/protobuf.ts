import { decodeProtobuf } from '../../../src/kernel/api/protobuf/decode.ts'
import { addTypes, structNameOf } from '../../../src/kernel/api/schema/types.ts'
import { restOfTypes } from '../../../src/kernel/api/schema/types-rest.generated.ts'
import { difference, notApplicable, tally, type OracleSuite } from '../suite.ts'

/** The same object in JSON and in protobuf: ours must read the one as the other. */
export const protobufSuite: OracleSuite = {
  pattern: /^k8s-data\/api-roundtrip\/.*\.pb$/,
  run(path, text, read) {
    addTypes(restOfTypes)
    return tally([path], String, () => {
      const want = JSON.parse(read(path.replace(/\.pb$/, '.json')) ?? 'null')
      const [group, version] = want.apiVersion.includes('/')
        ? want.apiVersion.split('/')
        : ['', want.apiVersion]
      if (!structNameOf(group, version, want.kind)) return notApplicable('a version that 1.32 does not serve')
      return difference(decodeProtobuf(Uint8Array.from(text, (character) => character.charCodeAt(0))), want)
    })
  },
}
