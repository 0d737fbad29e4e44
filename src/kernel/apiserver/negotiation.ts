import { notAcceptable, StatusError } from '../api/status.ts'

/** The form in which an answer is wanted. */
export interface Form {
  readonly media: 'application/json' | 'application/yaml'
  /** Another representation of the same objects. */
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** `v1` or `v1beta1` of meta.k8s.io. */
  readonly version?: string
}

interface Clause {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly quality: number
}

const jsonMedia = ['application/json', 'application/*', '*/*', 'application/vnd.kubernetes.protobuf']
const accepted =
  'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'
const transformable = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']

/**
 * Choose a form by the Accept header; throws 406 (apiserver: endpoints/handlers/negotiation). `streams` are the media
 * types that go-restful would name too when nothing at all fits.
 */
export function negotiate(
  accept: string | undefined,
  options: { readonly collection: boolean; readonly transform: boolean },
): Form {
  const clauses = parseAccept(accept ?? '')
  if (clauses.length === 0) return { media: 'application/json' }
  let known = false
  for (const { type, parameters } of clauses) {
    const media = mediaOf(type)
    if (!media) continue
    known = true
    const { as, g: group, v: version } = parameters
    if (as === undefined) return { media }
    const isMeta = group === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1')
    if (options.transform && isMeta && transformable.includes(as))
      return { media, as: as as Form['as'], version }
  }
  throw new StatusError(
    known ? notAcceptable(accepted) : notAcceptable(unavailableMessage(options.collection), {}),
  )
}

const representations = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const streams = ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

/** emicklei/go-restful: jsr311.go, when no route produces what is wanted. */
const unavailableMessage = (collection: boolean): string =>
  `406: Not Acceptable\n\nAvailable representations: ${representations}${collection ? streams : ''}`

function mediaOf(type: string): Form['media'] | undefined {
  if (jsonMedia.includes(type)) return 'application/json'
  return type === 'application/yaml' ? 'application/yaml' : undefined
}

/** `type;name=value;q=0.5, ...` in the order of preference. */
export function parseAccept(header: string): readonly Clause[] {
  let clauses = known.get(header)
  if (!clauses) {
    clauses = clausesOf(header)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(header, clauses)
  }
  return clauses
}

/** Clients send few different ones. */
const known = new Map<string, readonly Clause[]>()
const MAX_KNOWN = 100

function clausesOf(header: string): Clause[] {
  const clauses = header
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part): Clause => {
      const [type = '', ...rest] = part.split(';').map((piece) => piece.trim())
      const parameters = Object.fromEntries(
        rest.map((piece): [string, string] => {
          const equals = piece.indexOf('=')
          return equals < 0 ? [piece, ''] : [piece.slice(0, equals).trim(), piece.slice(equals + 1).trim()]
        }),
      )
      return { type: type.toLowerCase(), parameters, quality: Number(parameters['q'] ?? 1) || 0 }
    })
  return clauses.sort((a, b) => b.quality - a.quality)
}
