import { asV2, decodeConfChange } from './confchange.ts'
import type {
  ConfChange,
  ConfChangeSingle,
  ConfState,
  Entry,
  HardState,
  Message,
  NodeId,
  Ready,
  Snapshot,
  SoftState,
} from './types.ts'
import { appendThread, applyThread, none } from './types.ts'

/** Raft's own notation, as etcd prints it: one line a thing. */
export const describeReady = (ready: Ready): string => {
  const lines: string[] = []
  if (ready.softState) lines.push(describeSoftState(ready.softState))
  if (ready.hardState) lines.push(`HardState ${describeHardState(ready.hardState)}`)
  if (ready.readStates.length > 0) {
    const states = ready.readStates.map(({ index, context }) => `{${index} ${bytes(context)}}`)
    lines.push(`ReadStates [${states.join(' ')}]`)
  }
  if (ready.entries.length > 0) lines.push('Entries:', ...ready.entries.map(describeEntry))
  if (ready.snapshot) lines.push(`Snapshot ${describeSnapshot(ready.snapshot)}`)
  if (ready.committedEntries.length > 0)
    lines.push('CommittedEntries:', ...ready.committedEntries.map(describeEntry))
  if (ready.messages.length > 0) lines.push('Messages:', ...ready.messages.map((m) => describeMessage(m)))
  if (lines.length === 0) return '<empty Ready>'
  return `Ready MustSync=${ready.mustSync}:\n${lines.join('\n')}\n`
}

/** `1->2 MsgApp Term:1 Log:1/3 Commit:3 Entries:[1/4 EntryNormal "x"]` */
export const describeMessage = (m: Message, indent = ''): string => {
  let text = `${indent}${describeTarget(m.from)}->${describeTarget(m.to)} ${m.type} Term:${m.term ?? 0}`
  text += ` Log:${m.logTerm ?? 0}/${m.index ?? 0}`
  if (m.reject) text += ` Rejected (Hint: ${m.rejectHint ?? 0})`
  if (m.commit) text += ` Commit:${m.commit}`
  if (m.vote) text += ` Vote:${m.vote}`
  const entries = m.entries ?? []
  if (entries.length === 1) text += ` Entries:[${describeEntry(entries[0]!)}]`
  else if (entries.length > 1) {
    text += ` Entries:[${entries.map((entry) => `\n${indent}  ${describeEntry(entry)}`).join('')}\n${indent}]`
  }
  if (m.snapshot && m.snapshot.index > 0) text += `\n${indent}  Snapshot: ${describeSnapshot(m.snapshot)}`
  if (m.responses?.length) {
    const responses = m.responses.map((response) => `\n${describeMessage(response, `${indent}  `)}`)
    text += ` Responses:[${responses.join('')}\n${indent}]`
  }
  return text
}

/** `1/4 EntryNormal "x"` or `1/4 EntryConfChange v2` */
export const describeEntry = (entry: Entry): string => {
  const { term, index, type, data } = entry
  const text = type === 'EntryNormal' ? quote(data) : describeChanges(asV2(decodeConfChange(entry)).changes)
  return `${term}/${index} ${type}${text === '' ? '' : ` ${text}`}`
}

export const describeSnapshot = ({ index, term, confState }: Snapshot): string =>
  `Index:${index} Term:${term} ConfState:${describeConfState(confState)}`

export const describeConfState = (state: ConfState): string =>
  `Voters:${list(state.voters)} VotersOutgoing:${list(state.votersOutgoing)} Learners:${list(state.learners)} ` +
  `LearnersNext:${list(state.learnersNext)} AutoLeave:${state.autoLeave}`

export const describeHardState = ({ term, vote, commit }: HardState): string =>
  `Term:${term}${vote === none ? '' : ` Vote:${vote}`} Commit:${commit}`

export const describeSoftState = ({ lead, state }: SoftState): string => `Lead:${lead} State:${state}`

/** A change as protobuf text. */
export const describeConfChange = (asked: ConfChange): string => {
  const parts: string[] = []
  if ('changes' in asked) {
    if (asked.transition) parts.push(`transition:${asked.transition}`)
    for (const single of asked.changes) parts.push(`changes:{${singleText(single)}}`)
  } else {
    parts.push(singleText(asked))
  }
  if (asked.context !== undefined) parts.push(`context:${quote(asked.context)}`)
  return parts.join(' ')
}

/** `v1 l2 r3 u4`: make voter, make learner, remove, update. */
export const describeChanges = (changes: readonly ConfChangeSingle[]): string =>
  changes.map(({ type, nodeId }) => `${letters[type]}${nodeId}`).join(' ')

const letters = {
  ConfChangeAddNode: 'v',
  ConfChangeAddLearnerNode: 'l',
  ConfChangeRemoveNode: 'r',
  ConfChangeUpdateNode: 'u',
} as const

const singleText = ({ type, nodeId }: ConfChangeSingle): string => `type:${type} node_id:${nodeId}`

const list = (ids: readonly NodeId[]): string => `[${ids.join(' ')}]`

const quote = (text: string): string => JSON.stringify(text)

const bytes = (text: string): string => `[${Array.from(text, (c) => c.codePointAt(0)).join(' ')}]`

const describeTarget = (id: NodeId): string => {
  if (id === none) return 'None'
  if (id === appendThread) return 'AppendThread'
  return id === applyThread ? 'ApplyThread' : id.toString(16)
}
