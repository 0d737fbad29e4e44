import type { FileSystem } from '../host/filesystem.ts'
import type { OpenFile } from '../host/open-file.ts'
import type { Os } from '../host/program.ts'

/** containerd: max_container_log_line_size. */
const MAX_LINE = 16_384
/** A container that prints without end is slowed to this, so that time goes on. */
const BURST_BYTES = 262_144
const BYTES_PER_MS = 256

export type LogStream = 'stdout' | 'stderr'

/** One line of a container's log: `2026-01-01T00:00:01.000000000Z stdout F text` (kubernetes: kuberuntime/logs/logs.go). */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as written. */
  readonly time: string
  readonly stream: LogStream
  /** False: the line goes on in the next entry. */
  readonly full: boolean
  readonly text: string
}

/** Writes what a container prints into its log file, line by line. */
export class CriLog {
  readonly #os: Os
  readonly #path: string
  #rest: Record<LogStream, string> = { stdout: '', stderr: '' }
  #tokens = BURST_BYTES
  #filledAt: number

  constructor(os: Os, path: string) {
    this.#os = os
    this.#path = path
    this.#filledAt = os.now
  }

  write(stream: LogStream, data: string): void {
    const lines = (this.#rest[stream] + data).split('\n')
    let last = lines.pop() as string
    const entries = lines.map((line) => this.#entry(stream, line, 'F'))
    for (; last.length >= MAX_LINE; last = last.slice(MAX_LINE))
      entries.push(this.#entry(stream, last.slice(0, MAX_LINE), 'P'))
    this.#rest[stream] = last
    if (entries.length) this.#os.fs.append(this.#path, entries.join(''))
  }

  /** The container ended: what was left without a newline is a line too. */
  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#rest[stream]) this.#os.fs.append(this.#path, this.#entry(stream, this.#rest[stream], 'F'))
      this.#rest[stream] = ''
    }
  }

  /** A descriptor whose writes go to the log and to `also`. */
  file(stream: LogStream, also: (data: string) => void): OpenFile {
    return {
      name: 'pipe',
      write: (data) => {
        if (!this.#take(data.length)) return false
        this.write(stream, data)
        also(data)
        return true
      },
      ready: (_what, call) => this.#os.after(10, call),
    }
  }

  #take(bytes: number): boolean {
    this.#tokens = Math.min(BURST_BYTES, this.#tokens + (this.#os.now - this.#filledAt) * BYTES_PER_MS)
    this.#filledAt = this.#os.now
    if (this.#tokens <= 0) return false
    this.#tokens -= bytes
    return true
  }

  #entry(stream: LogStream, text: string, tag: 'F' | 'P'): string {
    return `${nanoTime(this.#os.clock)} ${stream} ${tag} ${text}\n`
  }
}

/** `2026-01-01T00:00:01.500000000Z` of milliseconds since the epoch. */
export const nanoTime = (ms: number): string =>
  `${new Date(Math.floor(ms)).toISOString().slice(0, -1)}000000Z`

/** The entries of a log file, from an offset in it. */
export function parseLog(text: string): LogLine[] {
  const lines: LogLine[] = []
  for (const line of text.split('\n')) {
    const [, time, stream, tag, rest] = /^(\S+) (stdout|stderr) ([FP]) ?(.*)$/s.exec(line) ?? []
    if (time) lines.push({ time, stream: stream as LogStream, full: tag === 'F', text: rest })
  }
  return lines
}

/** Make the file and the directory it is in. */
export function createLog(fs: FileSystem, path: string): void {
  fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true })
  if (!fs.exists(path)) fs.write(path, '')
}
