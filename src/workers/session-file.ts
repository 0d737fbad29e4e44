import type { ClusterSpec } from '../kernel/cluster.ts'
import type { Input } from '../kernel/sim/fabric.ts'

/** A whole session: what it began with, and everything that was done to it. Replaying it gives every later moment again. */
export interface SessionFile {
  readonly format: 'tabernetes-session'
  readonly version: 1
  readonly spec: ClusterSpec
  readonly journal: readonly Input[]
  /** Virtual milliseconds up to which it was played. */
  readonly endsAt: number
}

const MAX_INPUTS = 100_000
const MAX_CHARACTERS = 5 * 1024 * 1024

/** Something is wrong with a saved session; the message says what, in words for the person who opened it. */
export class SessionFileError extends Error {}

/** Read a session from text that may come from anyone. Throws SessionFileError. */
export function parseSession(text: string): SessionFile {
  if (text.length > MAX_CHARACTERS)
    throw new SessionFileError(`The session is larger than ${MAX_CHARACTERS / 1024 / 1024} MB.`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SessionFileError('This is not a Tabernetes session, or it is damaged: it is not valid JSON.')
  }
  const file = value as Partial<SessionFile> | null
  if (file?.format !== 'tabernetes-session') throw new SessionFileError('This is not a Tabernetes session.')
  if (typeof file.version !== 'number' || file.version > 1)
    throw new SessionFileError(`Made by a newer version (${file.version} > 1).`)
  checkSpec(file.spec)
  if (!Array.isArray(file.journal) || !file.journal.every(isInput))
    throw new SessionFileError('The session is damaged: its journal is not readable.')
  if (file.journal.length > MAX_INPUTS)
    throw new SessionFileError(`The session has more than ${MAX_INPUTS} inputs.`)
  if (file.journal.some((input, i, all) => i > 0 && input.at < all[i - 1].at))
    throw new SessionFileError('The session is damaged: its journal goes back in time.')
  if (typeof file.endsAt !== 'number' || !(file.endsAt >= 0))
    throw new SessionFileError('The session is damaged: it has no end.')
  return file as SessionFile
}

/** Limits of a cluster, with the words that say so when one is passed. */
export const LIMITS = {
  etcd: [1, 3, 5, 7],
  nodes: 1000,
  nodeCpus: 256,
  maxPods: 1000,
  nodeMemory: 4 * 1024 ** 4,
} as const

/** Check a cluster specification from outside. Throws SessionFileError. */
export function checkSpec(value: unknown): asserts value is ClusterSpec {
  const spec = value as Partial<ClusterSpec> | null
  const whole = (name: keyof ClusterSpec, low: number, high: number) => {
    const number = spec?.[name]
    if (!Number.isInteger(number) || (number as number) < low || (number as number) > high) {
      throw new SessionFileError(
        `${name} must be a whole number from ${low} to ${high}, not ${String(number)}.`,
      )
    }
  }
  if (typeof spec !== 'object' || spec === null)
    throw new SessionFileError('The session is damaged: it does not say which cluster it is of.')
  whole('seed', 0, 0xffffffff)
  whole('nodes', 0, LIMITS.nodes)
  whole('nodeCpus', 1, LIMITS.nodeCpus)
  whole('nodeMemory', 64 * 1024 ** 2, LIMITS.nodeMemory)
  whole('maxPods', 1, LIMITS.maxPods)
  if (!(LIMITS.etcd as readonly (number | undefined)[]).includes(spec.etcd)) {
    throw new SessionFileError(`etcd must be one of ${LIMITS.etcd.join(', ')}, not ${String(spec.etcd)}.`)
  }
}

function isInput(value: unknown): value is Input {
  const input = value as Partial<Input> | null
  return (
    typeof input?.at === 'number' &&
    input.at >= 0 &&
    typeof input.to === 'string' &&
    typeof (input.body as { type?: unknown } | undefined)?.type === 'string'
  )
}
