import { sha256 } from '@noble/hashes/sha2.js'
import { EcPrivateKey } from '../api/pki/ec-key.ts'
import { utf8Bytes } from '../api/utf8.ts'

/** The key that signs service accounts' tokens: as every secret of a session, it is made of the seed. */
export const serviceAccountKey = (seed: number): EcPrivateKey =>
  new EcPrivateKey(sha256(Uint8Array.from(utf8Bytes(`tabernetes ${seed} sa.key`))))
