import type { ControllerFlags } from './flags.ts'

/** What controllers are given: the flags, and what was read from files that they name. */
export type ControllerOptions = ControllerFlags & {
  /** The certificate authority that pods are to trust; '' without --root-ca-file. */
  readonly rootCa: string
}
