import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { OracleResult, OracleSuite } from './suite.ts'

export interface FileResult extends OracleResult {
  readonly file: string
}

export interface OracleReport {
  readonly files: readonly FileResult[]
  readonly notUnderstood: readonly string[]
  readonly passed: number
  readonly total: number
}

export interface OracleOptions {
  readonly dir: string
  readonly only?: RegExp
  /** Told of every file as it is done. */
  readonly onFile?: (result: FileResult) => void
}

/** Run every file under `dir` that some suite understands. */
export function runOracle(suites: readonly OracleSuite[], options: OracleOptions): OracleReport {
  const { dir, only, onFile } = options
  const read = (path: string) => readText(join(dir, path))
  const files: FileResult[] = []
  const notUnderstood: string[] = []
  for (const file of filesUnder(dir).filter((path) => !only || only.test(path))) {
    const suite = suites.find(({ pattern }) => pattern.test(file))
    if (!suite) {
      notUnderstood.push(file)
      continue
    }
    const result = { file, ...runFile(suite, file, read) }
    files.push(result)
    onFile?.(result)
  }
  const sum = (pick: (result: FileResult) => number) =>
    files.reduce((total, result) => total + pick(result), 0)
  return {
    files,
    notUnderstood,
    passed: sum((result) => result.passed),
    total: sum((result) => result.total),
  }
}

function runFile(suite: OracleSuite, file: string, read: (path: string) => string | undefined): OracleResult {
  try {
    return suite.run(file, read(file) ?? '', read)
  } catch (error) {
    // A suite that throws has judged nothing: that is a failure of at least one case, not silence.
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { passed: 0, total: 1, failures: [`the suite threw: ${text}`] }
  }
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

function readText(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  const bytes = readFileSync(path)
  // Bytes that are no text come one a character.
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString(path.endsWith('.pb') ? 'latin1' : 'utf8')
}
