import type { ClusterSpec } from '../kernel/cluster.ts'
import type { Input } from '../kernel/sim/fabric.ts'
import { SessionFileError } from './session-error.ts'

export { SessionFileError } from './session-error.ts'

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

/** Read a session from text that may come from anyone. Throws SessionFileError. */
export function parseSession(text: string): SessionFile {
  if (text.length > MAX_CHARACTERS) throw new SessionFileError('tooLarge', MAX_CHARACTERS / 1024 / 1024)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SessionFileError('notJson')
  }
  const file = value as Partial<SessionFile> | null
  if (file?.format !== 'tabernetes-session') throw new SessionFileError('notSession')
  if (typeof file.version !== 'number' || file.version > 1)
    throw new SessionFileError('newer', String(file.version))
  checkSpec(file.spec)
  if (!Array.isArray(file.journal) || !file.journal.every(isInput)) throw new SessionFileError('journal')
  if (file.journal.length > MAX_INPUTS) throw new SessionFileError('tooManyInputs', MAX_INPUTS)
  if (file.journal.some((input, i, all) => i > 0 && input.at < all[i - 1].at))
    throw new SessionFileError('backInTime')
  if (typeof file.endsAt !== 'number' || !(file.endsAt >= 0)) throw new SessionFileError('noEnd')
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
      throw new SessionFileError('range', name, low, high, String(number))
    }
  }
  if (typeof spec !== 'object' || spec === null) throw new SessionFileError('noSpec')
  whole('seed', 0, 0xffffffff)
  whole('nodes', 0, LIMITS.nodes)
  whole('nodeCpus', 1, LIMITS.nodeCpus)
  whole('nodeMemory', 64 * 1024 ** 2, LIMITS.nodeMemory)
  whole('maxPods', 1, LIMITS.maxPods)
  if (spec.epochMs !== undefined) whole('epochMs', 0, 4_102_444_800_000)
  if (!(LIMITS.etcd as readonly (number | undefined)[]).includes(spec.etcd)) {
    throw new SessionFileError('etcd', LIMITS.etcd.join(', '), String(spec.etcd))
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
