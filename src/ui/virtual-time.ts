import { cluster } from './cluster.svelte.ts'

/** The machines' wall clock at virtual time 0, unless the cluster says otherwise (kernel/host/linux.ts). */
const EPOCH_MS = Date.parse('2026-01-01T00:00:00Z')

/** An object's timestamp as virtual milliseconds. */
export const virtualTimeOf = (timestamp: unknown): number =>
  Date.parse(String(timestamp)) - (cluster.spec.epochMs ?? EPOCH_MS)
