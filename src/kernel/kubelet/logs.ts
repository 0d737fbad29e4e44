import { parseTime } from '../api/time.ts'
import { byteLength } from '../api/utf8.ts'
import type { Os } from '../host/program.ts'
import { parseLog, type LogLine } from '../runtime/cri-log.ts'

/** kubernetes: PodLogOptions. */
export interface LogOptions {
  readonly follow: boolean
  readonly timestamps: boolean
  readonly tailLines: number | undefined
  readonly limitBytes: number | undefined
  /** Milliseconds since the Unix epoch. */
  readonly since: number | undefined
}

export function logOptions(query: Readonly<Record<string, string>>, now: number): LogOptions {
  const number = (name: string) =>
    query[name] === undefined || query[name] === '' ? undefined : Number(query[name])
  const seconds = number('sinceSeconds')
  const time = query['sinceTime'] ? parseTime(query['sinceTime']) : undefined
  return {
    follow: query['follow'] === 'true' || query['follow'] === '1',
    timestamps: query['timestamps'] === 'true' || query['timestamps'] === '1',
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    since: seconds !== undefined ? now - seconds * 1000 : time,
  }
}

/** Reads a container's log from its beginning, and then what is added to it (kubernetes: kuberuntime/logs/logs.go ReadLogs). */
export class LogReader {
  readonly #os: Os
  readonly #path: string
  readonly #options: LogOptions
  #offset = 0
  #left: number

  constructor(os: Os, path: string, options: LogOptions) {
    this.#os = os
    this.#path = path
    this.#options = options
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY
  }

  /** True once as much was given as was asked for. */
  get exhausted(): boolean {
    return this.#left <= 0
  }

  /** All there is now: the last lines, if only those are wanted. */
  first(): string {
    const lines = this.#read()
    const { tailLines } = this.#options
    return this.#format(tailLines === undefined ? lines : tail(lines, tailLines))
  }

  /** What was added since. */
  more(): string {
    return this.#format(this.#read())
  }

  #read(): LogLine[] {
    const { fs } = this.#os
    if (!fs.exists(this.#path)) return []
    const text = fs.read(this.#path)
    // A shorter file is a new one: it was rotated.
    if (text.length < this.#offset) this.#offset = 0
    const end = text.lastIndexOf('\n') + 1
    const lines = parseLog(text.slice(this.#offset, end))
    this.#offset = end
    return lines
  }

  #format(lines: readonly LogLine[]): string {
    const { since, timestamps } = this.#options
    let text = ''
    for (const { time, text: content, full } of lines) {
      if (since !== undefined && (parseTime(time) ?? 0) < since) continue
      text += `${timestamps ? `${time} ` : ''}${content}${full ? '\n' : ''}`
    }
    if (byteLength(text) > this.#left) text = text.slice(0, this.#left)
    this.#left -= byteLength(text)
    return text
  }
}

/** The last entries that make up so many lines. */
function tail(lines: readonly LogLine[], count: number): readonly LogLine[] {
  let start = lines.length
  let found = 0
  while (start > 0) {
    if (lines[start - 1].full && ++found > count) break
    start--
  }
  return lines.slice(start)
}
