import type { FileSystem } from '../host/filesystem.ts'
import { MemoryStorage } from '../raft/storage.ts'
import type { Entry, HardState, NodeId, Snapshot } from '../raft/types.ts'

/** Entries kept in memory behind a snapshot, for followers that are a little slow. */
const catchUpEntries = 5000

interface Meta {
  readonly member: NodeId
  readonly cluster: string
}

/**
 * The raft log as files: `member/wal` holds what was written since the snapshot in `member/snap`, a record a line:
 * `meta JSON`, `state TERM VOTE COMMIT`, `entry TERM INDEX TYPE DATA`.
 * What is not on the disk when the power fails was never acknowledged.
 */
export class DurableLog extends MemoryStorage {
  /** Makes the snapshot for a follower that is far behind. */
  current: (() => Snapshot) | undefined
  readonly #fs: FileSystem
  readonly #directory: string
  #meta: Meta | undefined
  #state: HardState = { term: 0, vote: 0, commit: 0 }
  #sequence = 0
  #path = ''

  constructor(fs: FileSystem, dataDir: string) {
    super()
    this.#fs = fs
    this.#directory = `${dataDir}/member`
  }

  override snapshot(): Snapshot | undefined {
    return this.current ? this.current() : super.snapshot()
  }

  /** Whether there is anything on the disk; if so who we are, and the snapshot to begin with. */
  open(): { readonly member: NodeId; readonly cluster: string; readonly snapshot: Snapshot } | undefined {
    const names = this.#list('wal')
    if (names.length === 0) return undefined
    const snapshot = this.#readSnapshot()
    if (snapshot) super.applySnapshot(snapshot)
    for (const name of names) this.#replay(this.#fs.read(`${this.#directory}/wal/${name}`))
    const last = names[names.length - 1]!
    this.#sequence = Number.parseInt(last.slice(0, 16), 16)
    this.#path = `${this.#directory}/wal/${last}`
    this.setHardState(this.#state)
    if (!this.#meta || !snapshot) throw new Error(`wal: ${this.#path} has no metadata or no snapshot`)
    return { ...this.#meta, snapshot }
  }

  /** Begins a log: with a first state everyone agrees on, or (index 0) with what a newcomer was told of the others. */
  create(member: NodeId, cluster: string, snapshot: Snapshot): void {
    this.#meta = { member, cluster }
    for (const part of ['wal', 'snap'])
      this.#fs.mkdir(`${this.#directory}/${part}`, { recursive: true, mode: 0o700 })
    this.#writeSnapshot(snapshot)
    super.applySnapshot(snapshot)
    this.#cut(snapshot.index, [])
  }

  /** Puts everything a Ready asks for on the disk. */
  persist(state: HardState | undefined, entries: readonly Entry[]): void {
    const records = entries.map(entryLine)
    if (state) records.push(stateLine(state))
    if (records.length > 0) this.#fs.append(this.#path, records.join(''))
    if (state) {
      this.#state = state
      this.setHardState(state)
    }
    this.append(entries)
  }

  /** Takes a leader's snapshot in place of everything. */
  install(snapshot: Snapshot): void {
    this.#writeSnapshot(snapshot)
    super.applySnapshot(snapshot)
    this.#cut(snapshot.index, [])
  }

  /** Writes down the state as of a snapshot of our own, and forgets the log before it. */
  compactTo(snapshot: Snapshot): void {
    this.#writeSnapshot(snapshot)
    // The data is not kept in memory: whoever needs a snapshot gets a current one.
    this.createSnapshot(snapshot.index, snapshot.confState, '')
    const rest = this.entries(snapshot.index + 1, this.lastIndex() + 1, Number.POSITIVE_INFINITY)
    this.#cut(snapshot.index, typeof rest === 'string' ? [] : rest)
    const keepFrom = snapshot.index - catchUpEntries
    if (keepFrom >= this.firstIndex()) this.compact(keepFrom)
  }

  #list(part: 'wal' | 'snap'): string[] {
    const path = `${this.#directory}/${part}`
    return this.#fs.exists(path) ? this.#fs.list(path) : []
  }

  #readSnapshot(): Snapshot | undefined {
    const name = this.#list('snap').at(-1)
    if (name === undefined) return undefined
    const text = this.#fs.read(`${this.#directory}/snap/${name}`)
    const end = text.indexOf('\n')
    return { ...(JSON.parse(text.slice(0, end)) as Omit<Snapshot, 'data'>), data: text.slice(end + 1) }
  }

  #replay(text: string): void {
    const lines = text.split('\n')
    // What follows the last newline was cut off by a power failure.
    lines.pop()
    for (const line of lines) {
      const [kind, first, second, third] = line.split(' ', 4) as [string, string, string, string]
      if (kind === 'meta') this.#meta = JSON.parse(line.slice(5)) as Meta
      else if (kind === 'state')
        this.#state = { term: Number(first), vote: Number(second), commit: Number(third) }
      else {
        const data = line.slice(kind.length + first.length + second.length + third.length + 4)
        const entry: Entry = {
          term: Number(first),
          index: Number(second),
          type: third as Entry['type'],
          data,
        }
        // A later entry may take the place of an earlier one.
        if (entry.index >= this.firstIndex()) this.append([entry])
      }
    }
  }

  #writeSnapshot(snapshot: Snapshot): void {
    const path = `${this.#directory}/snap/${hex(snapshot.term)}-${hex(snapshot.index)}.snap`
    const { data, ...head } = snapshot
    this.#fs.write(path, `${JSON.stringify(head)}\n${data}`, { mode: 0o600 })
    for (const name of this.#list('snap')) {
      if (!path.endsWith(name)) this.#fs.remove(`${this.#directory}/snap/${name}`)
    }
  }

  /** Begins a new file; those before it are covered by the snapshot. */
  #cut(index: number, entries: readonly Entry[]): void {
    const old = this.#list('wal')
    this.#path = `${this.#directory}/wal/${hex(++this.#sequence)}-${hex(index)}.wal`
    const records = [
      `meta ${JSON.stringify(this.#meta)}\n`,
      stateLine(this.#state),
      ...entries.map(entryLine),
    ]
    this.#fs.write(this.#path, records.join(''), { mode: 0o600 })
    for (const name of old) this.#fs.remove(`${this.#directory}/wal/${name}`)
  }
}

const stateLine = ({ term, vote, commit }: HardState): string => `state ${term} ${vote} ${commit}\n`

/** Data is a text of one line: JSON. */
const entryLine = ({ term, index, type, data }: Entry): string => `entry ${term} ${index} ${type} ${data}\n`

const hex = (value: number): string => value.toString(16).padStart(16, '0')
