import type { Container, PodSpec } from 'kubernetes-types/core/v1'
import { goQuote } from '../../../api/go-quote.ts'

/** A pod, or what one will be made of. */
export interface PodLike {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: PodSpec
}

/** What is forbidden, and where. */
export interface Finding {
  readonly reason: string
  readonly detail: string
}

/** One rule; how it was from which version on. */
export interface Check {
  readonly id: string
  /** The baseline check that it says more than. */
  readonly overrides?: string
  readonly versions: readonly { readonly since: number; find(pod: PodLike): Finding | undefined }[]
}

/** Init, ordinary, ephemeral, in upstream's order (policy/visitor.go). */
export const containersOf = ({ spec }: PodLike): Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as readonly Container[]),
]

export const isWindows = ({ spec }: PodLike): boolean =>
  (spec as { os?: { name?: string } }).os?.name === 'windows'

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`)

/** `"a", "b"` */
export const quoted = (texts: readonly string[]): string => texts.map(goQuote).join(', ')

/** `container "a"`, `containers "a", "b"`. */
export const namedContainers = (names: readonly string[]): string =>
  `${plural('container', names.length)} ${quoted(names)}`

/** `pod`, `container "a"` or `pod and containers "a", "b"`. */
export function podAnd(pod: boolean, names: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(names.length ? [namedContainers(names)] : [])].join(' and ')
}

/** In order, each once. */
export const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort()
