import type { FileSystem } from '../filesystem.ts'

/** One line that a unit printed, or that systemd said of it. */
export interface JournalEntry {
  /** Milliseconds since the Unix epoch. */
  readonly time: number
  readonly unit: string
  readonly pid: number
  /** Name of the program: `kubelet`, `systemd`. */
  readonly identifier: string
  readonly message: string
}

const FILE = '/var/log/journal/system.journal'
const ROTATED = '/var/log/journal/system@1.journal'
const LIMIT_BYTES = 4 * 1024 * 1024

/** journald: keeps what services print, on the disk, at most 8 MiB of it. */
export class Journal {
  readonly #fs: FileSystem
  #bytes: number
  #listeners = new Set<(entry: JournalEntry) => void>()

  constructor(fs: FileSystem) {
    this.#fs = fs
    fs.mkdir('/var/log/journal', { recursive: true })
    this.#bytes = fs.exists(FILE) ? fs.stat(FILE).size : 0
  }

  write(entry: JournalEntry): void {
    const line = `${JSON.stringify(entry)}\n`
    if (this.#bytes + line.length > LIMIT_BYTES) {
      if (this.#fs.exists(ROTATED)) this.#fs.remove(ROTATED)
      this.#fs.rename(FILE, ROTATED)
      this.#bytes = 0
    }
    this.#bytes += line.length
    this.#fs.append(FILE, line)
    for (const listener of this.#listeners) listener(entry)
  }

  /** Be told of what is written from now on. Returns how to stop. */
  follow(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/** Everything that is kept, oldest first; lines that are damaged are left out. */
export function readJournal(fs: FileSystem): JournalEntry[] {
  const entries: JournalEntry[] = []
  for (const path of [ROTATED, FILE]) {
    if (!fs.exists(path)) continue
    for (const line of fs.read(path).split('\n')) {
      try {
        if (line) entries.push(JSON.parse(line) as JournalEntry)
      } catch {
        // A line that was cut off when the power failed.
      }
    }
  }
  return entries
}
