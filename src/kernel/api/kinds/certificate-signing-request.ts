import type { CertificateSigningRequest } from 'kubernetes-types/certificates/v1'
import { decodeBase64 } from '../base64.ts'
import { humanDuration } from '../duration.ts'
import { duplicate, goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { invalids } from './validation/rules.ts'

/** Upstream's column still has an older version's words. */
const signerWords =
  'Requested signer for the request. It is a qualified name in the form: `scope-hostname.io/name`. If empty, it will be defaulted:\n 1. If it\'s a kubelet client certificate, it is assigned\n    "kubernetes.io/kube-apiserver-client-kubelet".\n 2. If it\'s a kubelet serving certificate, it is assigned\n    "kubernetes.io/kubelet-serving".\n 3. Otherwise, it is assigned "kubernetes.io/legacy-unknown".\nDistribution of trust for signers happens out of band. You can select on this field using `spec.signerName`.'

/** kubernetes: pkg/registry/certificates/certificates/strategy.go; who asks is for the server to fill in. */
export const certificateSigningRequest = kind<Typed<CertificateSigningRequest>>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  status: true,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  // A request is what it was when it was made.
  prepareForUpdate: (object, old) => ({
    ...object,
    spec: old.spec,
    ...(old.status && { status: old.status }),
  }),
  validate,
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  validateStatusUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  selectableFields: ({ spec }) => ({ 'spec.signerName': spec.signerName }),
  columns: [
    nameColumn,
    ageColumn,
    text('SignerName', signerWords, ({ spec }) => spec.signerName || '<none>'),
    text('Requestor', 'Base64-encoded PKCS#10 CSR data', ({ spec }) => spec.username ?? ''),
    text(
      'RequestedDuration',
      doc('certificates.v1.CertificateSigningRequestSpec.expirationSeconds'),
      ({ spec }) =>
        spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
    ),
    text('Condition', 'Conditions applied to the request, such as approval or denial.', (object) =>
      conditionOf(object),
    ),
  ],
})

/** `Approved,Issued` (kubernetes: pkg/printers extractCSRStatus). */
function conditionOf({ status }: Typed<CertificateSigningRequest>): string {
  const has = (type: string) => status?.conditions?.some((one) => one.type === type)
  const verdict = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return [verdict, ...(has('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',')
}

/** In the order of the alphabet, as upstream lists them. */
const knownUsages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]

/** kubernetes: pkg/apis/certificates/validation/validation.go; of the request itself only its envelope is looked at. */
function validate({ metadata, spec }: Typed<CertificateSigningRequest>): FieldError[] {
  const { usages = [], expirationSeconds: seconds, request = '', signerName = '' } = spec ?? {}
  return [
    ...validateObjectMeta(metadata, false, () => []),
    ...validateRequest(request),
    ...(usages.length > 0 ? [] : [required('spec.usages')]),
    ...usages.flatMap((usage, i) =>
      knownUsages.includes(usage) ? [] : [notSupported(`spec.usages[${i}]`, usage, knownUsages)],
    ),
    ...usages.flatMap((usage, i) =>
      usages.indexOf(usage) < i ? [duplicate(`spec.usages[${i}]`, usage)] : [],
    ),
    ...(signerName ? validateSigner('spec.signerName', signerName) : [required('spec.signerName')]),
    ...(seconds !== undefined && seconds < 600
      ? [
          invalid(
            'spec.expirationSeconds',
            seconds,
            'may not specify a duration less than 600 seconds (10 minutes)',
          ),
        ]
      : []),
  ]
}

function validateRequest(request: string): FieldError[] {
  const decoded = decodeBase64(request)
  const bytes = 'bytes' in decoded ? [...decoded.bytes] : []
  const plain = bytes.map((byte) => String.fromCharCode(byte)).join('')
  if (plain.includes('-----BEGIN CERTIFICATE REQUEST-----')) return []
  const shown = bytes.map((byte) => `0x${byte.toString(16)}`).join(', ')
  const value = goSyntax(bytes.length > 0 ? `[]byte{${shown}}` : '[]byte(nil)')
  return [invalid('spec.request', value, 'PEM block type must be CERTIFICATE REQUEST')]
}

/** `example.com/signer-name` (ValidateSignerName). */
function validateSigner(field: string, name: string): FieldError[] {
  const [domain = '', path, ...more] = name.split('/')
  if (path === undefined || more.length > 0)
    return [
      invalid(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"),
    ]
  const labels = domain.split('.')
  return [
    ...labels.flatMap((label) =>
      validateDNS1123Label(label).map((error) =>
        invalid(field, domain, `validating label "${label}": ${error}`),
      ),
    ),
    ...(labels.length > 1
      ? []
      : [invalid(field, domain, 'should be a domain with at least two segments separated by dots')]),
    ...invalids(field, path, validateDNS1123Subdomain(path)),
  ]
}
