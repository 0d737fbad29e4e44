import { asV2, decodeConfChange } from '../../../src/kernel/raft/confchange.ts'
import { describeEntry, describeMessage, describeReady } from '../../../src/kernel/raft/describe.ts'
import { RawNode } from '../../../src/kernel/raft/raw-node.ts'
import { MemoryStorage } from '../../../src/kernel/raft/storage.ts'
import type {
  Config,
  Entry,
  HardState,
  Message,
  MessageType,
  NodeId,
  Snapshot,
} from '../../../src/kernel/raft/types.ts'
import { appendThread, applyThread } from '../../../src/kernel/raft/types.ts'

export const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'NONE'] as const

/** What the members log and the harness prints, at one level; NONE silences both. */
export class Output {
  text = ''
  level = 0

  get quiet(): boolean {
    return this.level === levels.length - 1
  }

  write(text: string): void {
    if (!this.quiet) this.text += text
  }

  /** Everything `body` writes is moved two columns to the right. */
  indent(body: () => void): void {
    const before = this.text
    this.text = ''
    try {
      body()
    } finally {
      const lines = this.text.split('\n')
      if (lines.at(-1) === '') lines.pop()
      this.text = before + lines.map((line) => `  ${line}\n`).join('')
    }
  }

  readonly logger = {
    debug: (text: string) => this.#log(0, text),
    info: (text: string) => this.#log(1, text),
    warning: (text: string) => this.#log(2, text),
    error: (text: string) => this.#log(3, text),
  }

  #log(level: number, text: string): void {
    if (this.level <= level) this.text += `${levels[level]} ${text}\n`
  }
}

/** The newest snapshot is whatever the state machine has come to. */
class HistoryStorage extends MemoryStorage {
  readonly history: Snapshot[]

  constructor(first: Snapshot) {
    super()
    this.history = [first]
  }

  override snapshot(): Snapshot {
    return this.history.at(-1)!
  }
}

export interface Member {
  readonly id: NodeId
  readonly node: RawNode
  readonly storage: HistoryStorage
  readonly config: Config
  readonly appendWork: Message[]
  readonly applyWork: Message[]
}

/** Some members and the messages between them; etcd-io/raft: rafttest/interaction_env.go. */
export class Interaction {
  readonly output = new Output()
  readonly members: Member[] = []
  messages: Message[] = []

  addMember(config: Omit<Config, 'id' | 'logger'>, snapshot: Snapshot, bootstrap: boolean): void {
    const id = this.members.length + 1
    const storage = new HistoryStorage(snapshot)
    if (bootstrap) storage.applySnapshot(snapshot)
    const full = { ...config, id, logger: this.output.logger }
    const node = new RawNode(full, storage)
    this.members.push({ id, node, storage, config: full, appendWork: [], applyWork: [] })
  }

  /** Upstream's error text, if any. */
  processReady(member: Member): string | undefined {
    const { node, config } = member
    const ready = node.ready()
    if (!ready) {
      this.output.write('<empty Ready>')
      if (!config.asyncStorageWrites) node.advance()
      return undefined
    }
    this.output.write(describeReady(ready))
    if (!config.asyncStorageWrites) {
      const failure = processAppend(member, ready.hardState, ready.entries, ready.snapshot)
      if (failure) return failure
      processApply(member, ready.committedEntries)
    }
    for (const message of ready.messages) {
      if (message.to === appendThread) member.appendWork.push(message)
      else if (message.to === applyThread) member.applyWork.push(message)
      else this.messages.push(message)
    }
    if (!config.asyncStorageWrites) node.advance()
    return undefined
  }

  processAppendThread(member: Member): string | undefined {
    return this.#processThread(member.appendWork, 'append', ({ term = 0, vote = 0, commit = 0, ...m }) =>
      processAppend(member, { term, vote, commit }, m.entries ?? [], m.snapshot),
    )
  }

  processApplyThread(member: Member): string | undefined {
    return this.#processThread(member.applyWork, 'apply', (m) => {
      processApply(member, m.entries ?? [])
      return undefined
    })
  }

  /** Delivers or drops what is under way to one member; tells how many messages that were. */
  deliver(to: NodeId, drop: boolean, type?: MessageType): number {
    const local = (m: Message) => m.from === m.to || m.from < 0 || m.to < 0
    const taken = (m: Message) => m.to === to && !(drop && local(m)) && (!type || m.type === type)
    const due = this.messages.filter(taken)
    this.messages = this.messages.filter((m) => !taken(m))
    for (const m of due) {
      this.output.write(`${drop ? 'dropped: ' : ''}${describeMessage(m)}\n`)
      if (drop) continue
      const failure = this.members[to - 1]!.node.step(m)
      if (failure) this.output.write(`${failure}\n`)
    }
    return due.length
  }

  /** Until nothing is left to do among these members. */
  stabilize(members: readonly Member[]): string | undefined {
    const { output } = this
    for (let done = false; !done; ) {
      done = true
      const work = (member: Member, title: string, body: () => string | undefined): string | undefined => {
        let failure: string | undefined
        output.write(`> ${member.id} ${title}\n`)
        output.indent(() => {
          failure = body()
        })
        done = false
        return failure
      }
      const failure = this.#round(members, work)
      if (failure) return failure
    }
    return undefined
  }

  #round(
    members: readonly Member[],
    work: (member: Member, title: string, body: () => string | undefined) => string | undefined,
  ): string | undefined {
    let failure: string | undefined
    for (const member of members) {
      if (member.node.hasReady()) failure ??= work(member, 'handling Ready', () => this.processReady(member))
    }
    for (const member of failure ? [] : members) {
      if (this.messages.some((m) => m.to === member.id)) {
        work(member, 'receiving messages', () => void this.deliver(member.id, false))
      }
    }
    for (const [title, queue, process] of [
      ['processing append thread', 'appendWork', (m: Member) => this.processAppendThread(m)],
      ['processing apply thread', 'applyWork', (m: Member) => this.processApplyThread(m)],
    ] as const) {
      for (const member of failure ? [] : members) {
        if (member[queue].length === 0) continue
        const drain = () => {
          let problem: string | undefined
          while (member[queue].length > 0 && !problem) problem = process(member)
          return problem
        }
        failure = work(member, title, drain)
      }
    }
    return failure
  }

  #processThread(
    queue: Message[],
    name: string,
    process: (m: Message) => string | undefined,
  ): string | undefined {
    const next = queue.shift()
    if (!next) {
      this.output.write(`no ${name} work to perform`)
      return undefined
    }
    const { responses = [], ...message } = next
    this.output.write(`Processing:\n${describeMessage(message)}\n`)
    const failure = process(message)
    if (failure) return failure
    this.output.write('Responses:\n')
    for (const response of responses) this.output.write(`${describeMessage(response)}\n`)
    this.messages.push(...responses)
    return undefined
  }
}

export const describeLog = ({ storage }: Member): string => {
  const [first, last] = [storage.firstIndex(), storage.lastIndex()]
  if (last < first) return `log is empty: first index=${first}, last index=${last}`
  const entries = storage.entries(first, last + 1, Number.POSITIVE_INFINITY)
  return typeof entries === 'string' ? entries : entries.map((entry) => `${describeEntry(entry)}\n`).join('')
}

const processAppend = (
  { storage }: Member,
  state: HardState | undefined,
  entries: readonly Entry[],
  snapshot: Snapshot | undefined,
): string | undefined => {
  if (state && (state.term || state.vote || state.commit)) storage.setHardState(state)
  if (!snapshot || snapshot.index === 0) {
    storage.append(entries)
    return undefined
  }
  if (entries.length > 0) return "can't apply snapshot and entries at the same time"
  return storage.applySnapshot(snapshot)
}

/** The state machine appends whatever is applied to a text. */
const processApply = ({ node, storage }: Member, entries: readonly Entry[]): void => {
  for (const entry of entries) {
    const last = storage.snapshot()
    const { index, term, type } = entry
    if (type === 'EntryNormal') {
      storage.history.push({ ...last, index, term, data: last.data + entry.data })
      continue
    }
    const asked = decodeConfChange(entry)
    const confState = node.applyConfChange(asked)
    storage.history.push({ index, term, confState, data: last.data + (asV2(asked).context ?? '') })
  }
}
