import { jsonLines, notApplicable, tally, type OracleSuite, type Verdict } from './suite.ts'

/** One table row of an upstream Go test. */
export interface VectorRow {
  readonly test: string
  readonly line: number
  readonly key?: string
  readonly case: unknown
}

/** Judges the rows of one Go test function; the type of the case is whatever the test's table holds. */
// biome-ignore lint/suspicious/noExplicitAny: the row's type is the check's own claim about foreign data
export type VectorCheck = (value: any, row: VectorRow) => Verdict

export interface VectorOptions {
  /** Judge rows that hold Go functions too. */
  readonly acceptFunctions?: boolean
  /** Integers beyond 2^53 arrive as strings instead of losing digits. */
  readonly bigIntegers?: boolean
}

/**
 * A suite over `vectors/<file>.jsonl.gz`: one check per Go test function. Rows of a function without a check
 * fail ("no check yet"); a string instead of a check says why its rows mean nothing outside Go.
 */
export function vectorSuite(
  file: string,
  checks: Readonly<Record<string, VectorCheck | string>>,
  options: VectorOptions = {},
): OracleSuite {
  return {
    pattern: new RegExp(`^vectors/${file.replaceAll('.', '\\.')}\\.jsonl(\\.gz)?$`),
    run: (_path, text) => {
      const judge = (row: VectorRow): Verdict => {
        const check = checks[row.test]
        if (typeof check === 'string') return notApplicable(check)
        if (!options.acceptFunctions && hasFunction(row.case))
          return notApplicable('the row holds a Go function')
        return check ? check(row.case, row) : 'no check yet'
      }
      return tally(
        jsonLines<VectorRow>(options.bigIntegers ? quoteBigIntegers(text) : text),
        (row) => `${row.test}:${row.line}${row.key ? ` ${row.key}` : ''}`,
        judge,
      )
    },
  }
}

/** True when the Go error of a row is there; `{"$error": text}` in the vectors. */
export const isGoError = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && '$error' in value

const hasFunction = (value: unknown): boolean => JSON.stringify(value)?.includes('"$func"') ?? false

const quoteBigIntegers = (text: string) => text.replace(/([:[,])(-?\d{16,})(?=[,}\]])/g, '$1"$2"')
