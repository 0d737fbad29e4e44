import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from 'kubernetes-types/certificates/v1'
import { decodeBase64 } from '../base64.ts'
import { humanDuration } from '../duration.ts'
import { duplicate, goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { kind, type StrategyContext, type Typed } from '../kind.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { formatTime } from '../time.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { invalids } from './validation/rules.ts'

type Spec = CertificateSigningRequest['spec']
type Condition = CertificateSigningRequestCondition

/** Upstream's column still has an older version's words. */
const signerWords =
  'Requested signer for the request. It is a qualified name in the form: `scope-hostname.io/name`. If empty, it will be defaulted:\n 1. If it\'s a kubelet client certificate, it is assigned\n    "kubernetes.io/kube-apiserver-client-kubelet".\n 2. If it\'s a kubelet serving certificate, it is assigned\n    "kubernetes.io/kubelet-serving".\n 3. Otherwise, it is assigned "kubernetes.io/legacy-unknown".\nDistribution of trust for signers happens out of band. You can select on this field using `spec.signerName`.'

/** kubernetes: pkg/registry/certificates/certificates/strategy.go. */
export const certificateSigningRequest = kind<Typed<CertificateSigningRequest>>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  status: true,
  prepareForCreate: (object, { user }) => ({ ...object, spec: askedBy(object.spec, user), status: {} }),
  // A request is what it was when it was made.
  prepareForUpdate: (object, old) => ({
    ...object,
    spec: old.spec,
    ...(old.status && { status: old.status }),
  }),
  validate,
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  prepareForStatusUpdate: (object, old, { now }) => ({
    ...object,
    // Whoever signs does not judge.
    status: {
      ...object.status,
      conditions: timed([...verdictsOf(old), ...othersOf(object)], old, now),
    },
  }),
  validateStatusUpdate: (object, old) => validateConditionsUpdate(object, old),
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

/** Who asks is for the server to say. */
function askedBy(spec: Spec, user: StrategyContext['user']): Spec {
  const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...rest } = spec
  if (!user) return rest
  return {
    ...rest,
    ...(user.name && { username: user.name }),
    ...(user.uid && { uid: user.uid }),
    ...(user.groups.length && { groups: [...user.groups] }),
    ...(user.extra && Object.keys(user.extra).length && { extra: user.extra as Spec['extra'] }),
  }
}

/** What the endpoint for approvals makes of a request: other conditions, and nothing else. */
export function preparedApproval(
  object: Typed<CertificateSigningRequest>,
  old: Typed<CertificateSigningRequest>,
  now: number,
): Typed<CertificateSigningRequest> {
  const conditions = timed(object.status?.conditions ?? [], old, now)
  const { conditions: _before, ...status } = old.status ?? {}
  return {
    ...object,
    spec: old.spec,
    status: { ...status, ...(conditions.length && { conditions }) },
  }
}

const verdictTypes = ['Approved', 'Denied']

const verdictsOf = ({ status }: Typed<CertificateSigningRequest>): Condition[] =>
  (status?.conditions ?? []).filter(({ type }) => verdictTypes.includes(type))

const othersOf = ({ status }: Typed<CertificateSigningRequest>): Condition[] =>
  (status?.conditions ?? []).filter(({ type }) => !verdictTypes.includes(type))

/** Conditions without times get those of before, or today's (populateConditionTimestamps). */
function timed(
  conditions: readonly Condition[],
  old: Typed<CertificateSigningRequest>,
  now: number,
): Condition[] {
  const today = formatTime(now)
  return conditions.map((condition) => {
    const before = old.status?.conditions?.find(
      ({ type, status }) => type === condition.type && status === condition.status,
    )
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? today,
      lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? today,
    }
  })
}

/** kubernetes: pkg/apis/certificates/validation/validation.go validateConditions. */
export function validateConditionsUpdate(
  { metadata, status }: Typed<CertificateSigningRequest>,
  old: Typed<CertificateSigningRequest>,
): FieldError[] {
  const conditions = status?.conditions ?? []
  const exclusive = 'Approved and Denied conditions are mutually exclusive'
  return [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...conditions.flatMap(({ type, status: value }, i) => {
      const path = `status.conditions[${i}]`
      const earlier = conditions.slice(0, i)
      const verdict = verdictTypes.includes(type)
      const contrary = verdict && earlier.some((one) => verdictTypes.includes(one.type) && one.type !== type)
      return [
        ...(type ? [] : [required(`${path}.type`)]),
        ...(value ? [] : [required(`${path}.status`)]),
        ...(value && !['False', 'True', 'Unknown'].includes(value)
          ? [notSupported(`${path}.status`, value, ['False', 'True', 'Unknown'])]
          : []),
        ...(value && value !== 'True' && (verdict || type === 'Failed')
          ? [notSupported(`${path}.status`, value, ['True'])]
          : []),
        ...(contrary ? [invalid(`${path}.type`, type, exclusive)] : []),
        ...(earlier.some((one) => one.type === type) ? [duplicate(`${path}.type`, type)] : []),
      ]
    }),
  ]
}

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
