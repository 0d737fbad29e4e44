/** What one oracle file says about us. */
export interface OracleResult {
  readonly passed: number
  /** Applicable cases only. */
  readonly total: number
  /** One line per case that went wrong. */
  readonly failures: readonly string[]
  /** Cases no re-implementation can answer (Go internals), by reason: never counted as passed. */
  readonly notApplicable?: Readonly<Record<string, number>>
}

/** Another file of the same oracle, by relative path; undefined if it is absent. */
export type ReadOracleFile = (path: string) => string | undefined

/** How to check one family of oracle files. One suite a file in this folder, one line in `suites.ts`. */
export interface OracleSuite {
  /** Matched against the path relative to the oracle's folder. */
  readonly pattern: RegExp
  /** `text` is already unpacked. */
  run(path: string, text: string, read: ReadOracleFile): OracleResult
}

/** Undefined: passed. A string: why not. */
export type Verdict = string | undefined | NotApplicable

export interface NotApplicable {
  readonly notApplicable: string
}

/** The case asks about something that exists only in Go. */
export const notApplicable = (reason: string): NotApplicable => ({ notApplicable: reason })

/** Judge each case; what `judge` throws is a failure. */
export function tally<T>(
  cases: Iterable<T>,
  name: (item: T, index: number) => string,
  judge: (item: T) => Verdict,
): OracleResult {
  const failures: string[] = []
  const reasons: Record<string, number> = {}
  let passed = 0
  let index = 0
  for (const item of cases) {
    const label = name(item, index++)
    const verdict = attempt(() => judge(item))
    if (verdict === undefined) passed++
    else if (typeof verdict === 'string') failures.push(`${label}: ${verdict}`)
    else reasons[verdict.notApplicable] = (reasons[verdict.notApplicable] ?? 0) + 1
  }
  return { passed, total: passed + failures.length, failures, notApplicable: reasons }
}

/** The lines of a JSON-lines file. */
export const jsonLines = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T)

/** Deep equality of JSON values; the first difference as a line, or undefined. Absent and undefined are the same. */
export function difference(got: unknown, want: unknown, path = ''): string | undefined {
  if (Object.is(got, want)) return undefined
  if (!isComposite(got) || !isComposite(want) || Array.isArray(got) !== Array.isArray(want))
    return `${path || '.'}: got ${show(got)}, want ${show(want)}`
  if (Array.isArray(got) && Array.isArray(want) && got.length !== want.length)
    return `${path || '.'}: got ${got.length} items ${show(got)}, want ${want.length} ${show(want)}`
  for (const key of new Set([...Object.keys(got), ...Object.keys(want)])) {
    const found = difference(got[key], want[key], `${path}.${key}`)
    if (found) return found
  }
  return undefined
}

export const show = (value: unknown): string =>
  (JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}` : item)) ?? 'undefined').slice(
    0,
    Number(process.env['WIDE'] ?? 400),
  )

function attempt(judge: () => Verdict): Verdict {
  try {
    return judge()
  } catch (error) {
    return error instanceof Error ? `threw ${error.message.slice(0, 300)}` : `threw ${show(error)}`
  }
}

const isComposite = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
