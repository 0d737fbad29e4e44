import { goQuote } from './go-quote.ts'
import { printFieldErrors, type FieldError } from './field-error.ts'
import { UserError } from './user-error.ts'

/** metav1.StatusCause. */
export interface StatusCause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

/** metav1.StatusDetails. */
export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

/** metav1.Status: what the API server answers when there is no object to answer with. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code?: number
}

/** A Status on its way to the user. */
export class StatusError extends UserError {
  readonly status: Status
  constructor(status: Status) {
    super(status.message)
    this.status = status
  }
}

/** A group with a resource (plural) or a kind. */
export interface GroupName {
  readonly group: string
  readonly name: string
}

/** `deployments.apps`, `pods` (apimachinery: schema.GroupResource.String, GroupKind.String). */
export const printGroupName = ({ group, name }: GroupName): string => (group ? `${name}.${group}` : name)

// The builders: apimachinery: pkg/api/errors/errors.go.

export const notFound = (resource: GroupName, name: string): Status =>
  failure(404, 'NotFound', `${printGroupName(resource)} ${goQuote(name)} not found`, about(resource, name))

export const alreadyExists = (resource: GroupName, name: string): Status =>
  failure(
    409,
    'AlreadyExists',
    `${printGroupName(resource)} ${goQuote(name)} already exists`,
    about(resource, name),
  )

/** After several tries no generated name was free. */
export function generateNameConflict(resource: GroupName, name: string, retryAfterSeconds: number): Status {
  const message = `${printGroupName(resource)} ${goQuote(name)} already exists, the server was not able to generate a unique name for the object`
  return failure(409, 'AlreadyExists', message, { ...about(resource, name), ...retry(retryAfterSeconds) })
}

/** `Operation cannot be fulfilled on RESOURCE "NAME": WHY`. */
export const conflict = (resource: GroupName, name: string, why: string): Status =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${printGroupName(resource)} ${goQuote(name)}: ${why}`,
    about(resource, name),
  )

/** What `conflict` says when the resourceVersion is stale (apiserver: registry.OptimisticLockErrorMsg). */
export const optimisticLockMessage =
  'the object has been modified; please apply your changes to the latest version and try again'

/** Server-side apply met fields that others own. */
export const applyConflict = (causes: readonly StatusCause[], message: string): Status =>
  failure(409, 'Conflict', message, { causes })

/** Validation failed; the causes are the errors one by one. */
export function invalidObject(kind: GroupName, name: string, errors: readonly FieldError[]): Status {
  const causes = errors.map(({ type, message, field }) => ({
    reason: type,
    message,
    ...(field ? { field } : {}),
  }))
  const head = `${printGroupName(kind)} ${goQuote(name)} is invalid`
  const message = errors.length ? `${head}: ${printFieldErrors(errors)}` : head
  return failure(422, 'Invalid', message, { ...about(kind, name), ...(causes.length ? { causes } : {}) })
}

export const unauthorized = (why = ''): Status => failure(401, 'Unauthorized', why || 'not authorized')

export function forbiddenRequest(resource: GroupName, name: string, why: string): Status {
  const subject = printGroupName(resource)
  const message = !subject
    ? `forbidden: ${why}`
    : name
      ? `${subject} ${goQuote(name)} is forbidden: ${why}`
      : `${subject} is forbidden: ${why}`
  return failure(403, 'Forbidden', message, about(resource, name))
}

export const badRequest = (why: string): Status => failure(400, 'BadRequest', why)

/** The resource has no such verb. */
export const methodNotSupported = (resource: GroupName, action: string): Status =>
  failure(
    405,
    'MethodNotAllowed',
    `${action} is not supported on resources of kind ${goQuote(printGroupName(resource))}`,
    about(resource, ''),
  )

/** The path exists, the HTTP method does not (what the generic server answers). */
export const methodNotAllowed = (): Status =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

/** No such path or resource. */
export const noSuchResource = (): Status =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {})

export const gone = (message: string): Status => failure(410, 'Gone', message)

/** The resourceVersion or continue token is too old. */
export const expired = (message: string): Status => failure(410, 'Expired', message)

export const timeout = (why: string, retryAfterSeconds: number): Status =>
  failure(504, 'Timeout', `Timeout: ${why}`, retry(retryAfterSeconds))

/** A watch cache that has not yet seen this resourceVersion (apiserver: storage.NewTooLargeResourceVersionError). */
export function tooLargeResourceVersion(
  wanted: number | bigint,
  current: number | bigint,
  retryAfterSeconds: number,
): Status {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]
  const why = `Timeout: Too large resource version: ${wanted}, current: ${current}`
  return failure(504, 'Timeout', why, { causes, ...retry(retryAfterSeconds) })
}

export function serverTimeout(resource: GroupName, operation: string, retryAfterSeconds: number): Status {
  const message = `The ${operation} operation against ${printGroupName(resource)} could not be completed at this time, please try again.`
  return failure(500, 'ServerTimeout', message, {
    ...about(resource, operation),
    ...retry(retryAfterSeconds),
  })
}

export const tooManyRequests = (message: string, retryAfterSeconds: number): Status =>
  failure(429, 'TooManyRequests', message, retry(retryAfterSeconds))

export const serviceUnavailable = (why: string): Status => failure(503, 'ServiceUnavailable', why)

export const notAcceptable = (message: string, details?: StatusDetails): Status =>
  failure(406, 'NotAcceptable', message, details)

export const unsupportedMediaType = (message: string): Status => failure(415, 'UnsupportedMediaType', message)

/** No route takes bodies of this media type (what go-restful answers before any handler runs). */
export const noRouteForMediaType = (): Status =>
  failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})

/** A request that cannot be carried out, and that is all there is to say (NewGenericServerResponse with 422). */
export const rejectedRequest = (): Status =>
  failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

export const requestEntityTooLarge = (why: string): Status =>
  failure(413, 'RequestEntityTooLarge', `Request entity too large: ${why}`)

export const internalError = (why: string): Status =>
  failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] })

/** An error that is no Status of its own (apiserver: responsewriters.ErrorToAPIStatus, the last case): no reason. */
export const unknownError = (message: string): Status => failure(500, '', message)

/** What a delete answers when the object is gone at once. */
export const deleted = (resource: GroupName, name: string, uid: string): Status => ({
  ...head,
  status: 'Success',
  details: { name, ...(resource.group ? { group: resource.group } : {}), kind: resource.name, uid },
})

const head = { kind: 'Status', apiVersion: 'v1', metadata: {} } as const

function failure(code: number, reason: string, message: string, details?: StatusDetails): Status {
  return {
    ...head,
    status: 'Failure',
    message,
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code,
  }
}

/** In the order in which Go writes them. */
function about({ group, name: kind }: GroupName, name: string): StatusDetails {
  return { ...(name ? { name } : {}), ...(group ? { group } : {}), ...(kind ? { kind } : {}) }
}

const retry = (seconds: number): StatusDetails => (seconds ? { retryAfterSeconds: seconds } : {})
