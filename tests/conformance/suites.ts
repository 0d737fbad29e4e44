import type { OracleSuite } from './suite.ts'

/** Every suite; the first whose pattern matches a file judges it. Add a line. */
export const suites: readonly OracleSuite[] = []
