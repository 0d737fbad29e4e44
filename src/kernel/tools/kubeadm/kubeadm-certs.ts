import { EcPrivateKey } from '../../api/pki/ec-key.ts'
import type { Program } from '../../host/program.ts'

/** The key pair that signs service accounts' tokens, made once on the machine (kubeadm: app/phases/certs CreateServiceAccountKeyAndPublicKeyFiles). */
export const kubeadmCerts: Program = (os) => {
  const [, folder = '/etc/kubernetes/pki'] = os.argv
  if (!os.fs.exists(`${folder}/sa.key`)) {
    const secret = Uint8Array.from({ length: 32 }, () => Math.floor(os.random() * 256))
    const key = new EcPrivateKey(secret)
    os.fs.write(`${folder}/sa.key`, key.pem)
    os.fs.chmod(`${folder}/sa.key`, 0o600)
    os.fs.write(`${folder}/sa.pub`, key.public.pem)
  }
  os.exit(0)
}
