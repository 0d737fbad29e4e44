import { goQuote } from '../api/go-quote.ts'
import type { Status, StatusCause } from '../api/status.ts'
import { StatusError } from '../api/status.ts'
import { UserError } from '../api/user-error.ts'

/** End with this status, after printing the message if there is one. */
export class Exit extends UserError {
  readonly code: number
  constructor(code: number, message = '') {
    super(message)
    this.code = code
  }
}

/** The message is printed as it is, without `error: ` in front. */
export class PlainError extends UserError {}

/** For commands that leave the mapper's own words as they are. */
export function plainly<T>(find: () => T): T {
  try {
    return find()
  } catch (error) {
    throw error instanceof UserError ? new PlainError(error.message) : error
  }
}

/** Bad arguments: the message, then where to find help (kubectl: cmdutil.UsageErrorf). */
export class UsageError extends UserError {}

/** Several things went wrong (apimachinery: utilerrors.Aggregate). */
export class Aggregate extends UserError {
  readonly errors: readonly Error[]
  constructor(errors: readonly Error[]) {
    const messages = [...new Set(errors.map(({ message }) => message))]
    super(messages.length === 1 ? (messages[0] as string) : `[${messages.join(', ')}]`)
    this.errors = errors
  }
}

/** One error as it is, several together, none at all: nothing. */
export function throwAll(errors: readonly Error[]): void {
  if (errors.length === 1) throw errors[0]
  if (errors.length) throw new Aggregate(errors)
}

/** The server could not be reached (Go: url.Error). */
export class ConnectionError extends UserError {
  readonly host: string
  override readonly cause: string
  constructor(method: string, url: string, host: string, cause: string) {
    super(`${method.charAt(0)}${method.slice(1).toLowerCase()} ${goQuote(url)}: ${cause}`)
    this.host = host
    this.cause = cause
  }
}

/** A Status whose message has something in front (kubectl: cmdutil.AddSourceToErr). */
export function addSource(verb: string, source: string, error: unknown): unknown {
  if (source === '' || !(error instanceof StatusError)) return error
  const message = `error when ${verb} ${goQuote(source)}: ${error.status.message}`
  return new StatusError({ ...error.status, message })
}

/** What kubectl says for an error, with its exit status (kubectl: cmdutil.checkErr). */
export function report(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof Exit) return { text: error.message, code: error.code }
  if (error instanceof StatusError && error.status.reason === 'Invalid')
    return { text: invalid(error.status), code: 1 }
  if (error instanceof Aggregate)
    return { text: error.errors.map((one) => `${messageFor(one)}\n`).join(''), code: 1 }
  const standard = standardMessage(error)
  if (standard !== undefined) return { text: standard, code: 1 }
  const { message } = error as Error
  if (error instanceof PlainError || message.startsWith('error: ')) return { text: message, code: 1 }
  return { text: `error: ${message}`, code: 1 }
}

function invalid({ message = '', details }: Status): string {
  if (!details) return `The request is invalid: ${message}`
  const { kind, name, causes = [] } = details
  const head = kind || name ? `The ${kind ?? ''} ${goQuote(name ?? '')} is invalid` : 'The request is invalid'
  if (!causes.length)
    return head === 'The request is invalid' ? `${head}: ${message}` : `${head}: ${tail(message)}`
  const texts = [...new Set(causes.map(causeText))]
  return texts.length === 1
    ? `${head}: ${texts[0]}`
    : `${head}: \n${texts.map((text) => `* ${text}`).join('\n')}\n`
}

const tail = (message: string) => message

const causeText = ({ field, message = '' }: StatusCause) => (field ? `${field}: ${message}` : message)

/** One line for one of several errors (kubectl: messageForError). */
export function messageFor(error: unknown): string {
  return standardMessage(error) ?? (error as Error).message
}

function standardMessage(error: unknown): string | undefined {
  if (error instanceof StatusError) {
    const { reason, message = '' } = error.status
    if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`
    return reason ? `Error from server (${reason}): ${message}` : `Error from server: ${message}`
  }
  if (error instanceof ConnectionError) {
    if (error.cause.includes('connection refused'))
      return `The connection to the server ${error.host} was refused - did you specify the right host or port?`
    return `Unable to connect to the server: ${error.cause}`
  }
  return undefined
}

export const hasReason = (error: unknown, reason: string): boolean =>
  error instanceof StatusError && error.status.reason === reason
export const isNotFound = (error: unknown): boolean => hasReason(error, 'NotFound')
