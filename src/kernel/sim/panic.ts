import type { Observation } from './machine.ts'
import type { Message } from './packet.ts'

/** A mistake of ours came to light: a program threw what it did not mean to. Its process ended, its machine lives on. */
export interface Panic extends Message {
  readonly type: 'panic'
  /** `kernel` when no process was at work. */
  readonly program: string
  readonly pid: number
  readonly why: string
}

/** What the engine throws by itself; its words differ between engines and versions, so they must not become history. */
const ENGINE_ERRORS = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'URIError',
  'EvalError',
  'InternalError',
])

/** Thrown by the engine, so certainly not what a user caused. */
export const isEngineError = (error: unknown): boolean =>
  error instanceof Error && ENGINE_ERRORS.has(error.name)

/** Why something was thrown, in words that are the same on every engine; Go's where it has them (runtime/error.go). */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'unknown error'
  if (!isEngineError(error)) return error.message.split('\n')[0]
  if (error.name === 'TypeError') return 'runtime error: invalid memory address or nil pointer dereference'
  return error.name === 'RangeError' || error.name === 'InternalError'
    ? 'runtime error: index out of range'
    : 'runtime error'
}

export const panicOf = (program: string, pid: number, error: unknown): Panic => ({
  type: 'panic',
  program,
  pid,
  why: whyOf(error),
})

/** Where it was thrown, for the person who mends it. Differs between engines: it travels beside the history, not in it. */
export const traceOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.stack : undefined

/** One text for a panic among observations; nothing for all others. */
export function describePanic({ at, machine, body, trace }: Observation): string | undefined {
  if (body.type !== 'panic') return undefined
  const { program, pid, why } = body as Panic
  return `panic on ${machine} at ${at} ms: ${program} (pid ${pid}): ${why}${trace ? `\n${trace}` : ''}`
}

/** For tests: a panic that anyone observes fails them. */
export function failOnPanic(observation: Observation): void {
  const panic = describePanic(observation)
  if (panic) throw new Error(panic)
}
