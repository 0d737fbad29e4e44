import { sha256 } from '@noble/hashes/sha2.js'
import { UserError } from '../../api/user-error.ts'
import { utf8Bytes } from '../../api/utf8.ts'
import type { Os } from '../../host/program.ts'
import type { Flags } from '../flags.ts'
import { EcPrivateKey, EcPublicKey } from '../../api/pki/ec-key.ts'
import { ServiceAccountTokens } from './service-account-tokens.ts'

/** The keys of --service-account-signing-key-file and --service-account-key-file; without them one of the server's own. */
export function signingTokens(os: Os, flags: Flags, seed: string): ServiceAccountTokens {
  const path = flags.text('service-account-signing-key-file')
  const key = path
    ? EcPrivateKey.read(os.fs.read(path))
    : new EcPrivateKey(sha256(Uint8Array.from(utf8Bytes(`service accounts of ${seed}`))))
  if (!key)
    throw new UserError(`failed to parse service-account-issuer-key-file: ${path} is no EC private key`)
  const trusted = flags.list('service-account-key-file').map((file) => {
    const text = os.fs.read(file)
    const found = EcPublicKey.read(text) ?? EcPrivateKey.read(text)?.public
    if (!found) throw new UserError(`failed to parse service-account-key-file: ${file} has no EC key`)
    return found
  })
  return new ServiceAccountTokens(key, trusted)
}
