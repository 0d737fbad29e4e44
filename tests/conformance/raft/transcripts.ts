import type {
  ConfChangeSingle,
  ConfChangeTransition,
  ConfChangeType,
  Message,
  MessageType,
} from '../../../src/kernel/raft/types.ts'
import { describeMessage } from '../../../src/kernel/raft/describe.ts'
import { emptySnapshot } from '../../../src/kernel/raft/storage.ts'
import { describeProgress } from '../../../src/kernel/raft/tracker.ts'
import type { Argument, Directive } from './datadriven.ts'
import { parseDirectives, parseLine } from './datadriven.ts'
import type { Member } from './interaction.ts'
import { describeLog, Interaction, levels } from './interaction.ts'
import type { OracleSuite } from '../suite.ts'
import { tally } from '../suite.ts'

type Args = readonly Argument[]
/** Carries out a command; a string is upstream's error text. */
type Command = (env: Interaction, args: Args) => string | undefined

/** Judges one transcript of etcd-io/raft, a case per command. */
export function runTranscript(text: string) {
  const env = new Interaction()
  return tally(
    parseDirectives(text),
    ({ line, command }) => `line ${line} ${command}`,
    (directive) => {
      const got = handle(env, directive).replace(/\n$/, '')
      return got === directive.expected ? undefined : firstDifference(got, directive.expected)
    },
  )
}

export const raftTranscriptSuite: OracleSuite = {
  pattern: /^raft\/testdata\/.*\.txt$/,
  run: (_path, text) => runTranscript(text),
}

export const firstDifference = (got: string, want: string): string => {
  const [ours, theirs] = [got.split('\n'), want.split('\n')]
  const at = theirs.findIndex((line, i) => ours[i] !== line)
  const line = at < 0 ? theirs.length : at
  return `output line ${line + 1}: got ${JSON.stringify(ours[line])}, want ${JSON.stringify(theirs[line])}`
}

function handle(env: Interaction, directive: Directive): string {
  const { output } = env
  output.text = ''
  const failure =
    directive.command === 'propose-conf-change'
      ? proposeConfChange(env, directive)
      : single(env, directive.command, directive.args)
  if (failure !== undefined) {
    if (output.quiet) return failure
    output.text += failure
  } else if (directive.command !== 'propose-conf-change' && directive.input !== '') {
    for (const line of directive.input.split('\n')) {
      const { command, args } = parseLine(line)
      const next = single(env, command, args)
      if (next !== undefined && output.quiet) return next
      output.text += next ?? ''
    }
  }
  return output.text === '' ? 'ok' : output.text
}

const single = (env: Interaction, command: string, args: Args): string | undefined => {
  const run = commands[command]
  return run ? run(env, args) : 'unknown command'
}

const number = (args: Args, at: number): number => Number(args[at]!.key)
const named = (args: Args, key: string): string | undefined => args.find((arg) => arg.key === key)?.values[0]
const first = (env: Interaction, args: Args): Member => memberOf(env, number(args, 0))
const memberOf = (env: Interaction, id: number): Member => {
  const member = env.members[id - 1]
  if (!member) throw new Error(`no member ${id}`)
  return member
}
const plainIds = (args: Args): number[] =>
  args.filter((arg) => arg.values.length === 0).map((arg) => Number(arg.key))

/** Several members are shown with a title each. */
const each =
  (title: string, process: (env: Interaction, member: Member) => string | undefined): Command =>
  (env, args) => {
    const members = plainIds(args).map((id) => memberOf(env, id))
    for (const member of members) {
      let failure: string | undefined
      const body = () => {
        failure = process(env, member)
      }
      if (members.length > 1) {
        env.output.write(`> ${member.id} ${title}\n`)
        env.output.indent(body)
      } else {
        body()
      }
      if (failure) return failure
    }
    return undefined
  }

const commands: Readonly<Record<string, Command>> = {
  _breakpoint: () => undefined,
  'add-nodes': (env, args) => addNodes(env, args),
  campaign: (env, args) => first(env, args).node.campaign(),
  compact: (env, args) => {
    const member = first(env, args)
    const failure = member.storage.compact(number(args, 1))
    if (failure) return failure
    env.output.write(describeLog(member))
    return undefined
  },
  'deliver-msgs': (env, args) => deliver(env, args),
  'process-ready': each('handling Ready', (env, member) => env.processReady(member)),
  'process-append-thread': each('processing append thread', (env, member) => env.processAppendThread(member)),
  'process-apply-thread': each('processing apply thread', (env, member) => env.processApplyThread(member)),
  'log-level': (env, args) => setLevel(env, args[0]!.key),
  'raft-log': (env, args) => print(env, describeLog(first(env, args))),
  'raft-state': (env) => print(env, env.members.map(describeState).join('')),
  'set-randomized-election-timeout': (env, args) => {
    first(env, args).node.raft.randomizedElectionTimeout = Number(named(args, 'timeout'))
    return undefined
  },
  stabilize: (env, args) => stabilize(env, args),
  status: (env, args) => print(env, describeProgress(first(env, args).node.status().progress)),
  tick: (env, args) => tick(first(env, args), number(args, 1)),
  'tick-election': (env, args) => tick(first(env, args), first(env, args).config.electionTick),
  'tick-heartbeat': (env, args) => tick(first(env, args), first(env, args).config.heartbeatTick),
  'transfer-leadership': (env, args) => {
    memberOf(env, Number(named(args, 'from'))).node.transferLeader(Number(named(args, 'to')))
    return undefined
  },
  'forget-leader': (env, args) => first(env, args).node.forgetLeader(),
  'send-snapshot': (env, args) => sendSnapshot(env, first(env, args), number(args, 1)),
  propose: (env, args) => first(env, args).node.propose(args[1]!.key),
  'report-unreachable': (env, args) => {
    if (plainIds(args).length !== 2) {
      return 'must specify exactly two node indexes: node on which to report, and reported node'
    }
    first(env, args).node.reportUnreachable(number(args, 1))
    return undefined
  },
}

const print = (env: Interaction, text: string): undefined => {
  env.output.write(text)
}

const tick = ({ node }: Member, times: number): undefined => {
  for (let i = 0; i < times; i++) node.tick()
}

const setLevel = (env: Interaction, name: string): string | undefined => {
  const level = levels.findIndex((each) => each.toLowerCase() === name.toLowerCase())
  if (level < 0) return `log levels must be either of [${levels.join(' ')}]`
  env.output.level = level
  return undefined
}

const describeState = ({ node, id }: Member): string => {
  const { state, term, lead, membership } = node.status()
  const voter = membership.voters.some((half) => half.has(id)) ? 'Voter' : 'Non-Voter'
  return `${id}: ${state} (${voter}) Term:${term} Lead:${lead}\n`
}

const addNodes: Command = (env, args) => {
  const values = (key: string) => args.slice(1).flatMap((arg) => (arg.key === key ? arg.values : []))
  const flag = (key: string) => values(key)[0] === 'true'
  const size = (key: string) => (values(key)[0] === undefined ? undefined : Number(values(key)[0]))
  const readOnly = values('read-only')[0] ?? 'safe'
  if (readOnly !== 'safe' && readOnly !== 'lease-based')
    return `invalid read-only option ${JSON.stringify(readOnly)}`
  const index = size('index')
  const bootstrap = ['voters', 'learners', 'index', 'content'].some((key) => values(key).length > 0)
  if (bootstrap && (index ?? 0) <= 1) return 'index must be specified as > 1 due to bootstrap'
  const voters = values('voters').map(Number)
  const learners = values('learners').map(Number)
  const confState = { ...emptySnapshot.confState, voters, learners }
  const snapshot = { index: index ?? 0, term: bootstrap ? 1 : 0, confState, data: values('content')[0] ?? '' }
  const config = {
    electionTick: 3,
    heartbeatTick: 1,
    random: () => 0.5,
    applied: index ?? 0,
    maxInflightMsgs: size('inflight') ?? 2 ** 31 - 1,
    asyncStorageWrites: flag('async-storage-writes'),
    preVote: flag('prevote'),
    checkQuorum: flag('checkquorum'),
    maxCommittedSizePerReady: size('max-committed-size-per-ready') ?? Number.POSITIVE_INFINITY,
    disableConfChangeValidation: flag('disable-conf-change-validation'),
    stepDownOnRemoval: flag('step-down-on-removal'),
    readOnlyOption: readOnly,
  } as const
  for (let i = 0; i < number(args, 0); i++) env.addMember(config, snapshot, bootstrap)
  return undefined
}

const deliver: Command = (env, args) => {
  const recipients = args.flatMap(({ key, values }) => {
    if (values.length === 0) return [{ id: Number(key), drop: false }]
    return key === 'drop' ? values.map((id) => ({ id: Number(id), drop: true })) : []
  })
  const type = named(args, 'type') as MessageType | undefined
  let count = 0
  for (const { id, drop } of recipients) count += env.deliver(id, drop, type)
  if (count === 0) env.output.write('no messages\n')
  return undefined
}

const stabilize: Command = (env, args) => {
  const before = env.output.level
  const level = named(args, 'log-level')
  const failure = level === undefined ? undefined : setLevel(env, level)
  if (failure) return failure
  const ids = plainIds(args)
  const result = env.stabilize(ids.length > 0 ? ids.map((id) => memberOf(env, id)) : env.members)
  env.output.level = before
  return result
}

const sendSnapshot = (env: Interaction, from: Member, to: number): undefined => {
  const { term } = from.node.status()
  const message: Message = { type: 'MsgSnap', term, from: from.id, to, snapshot: from.storage.snapshot() }
  env.messages.push(message)
  env.output.write(describeMessage(message))
}

const transitions: Readonly<Record<string, ConfChangeTransition>> = {
  auto: 'ConfChangeTransitionAuto',
  implicit: 'ConfChangeTransitionJointImplicit',
  explicit: 'ConfChangeTransitionJointExplicit',
}

const proposeConfChange = (env: Interaction, { args, input }: Directive): string | undefined => {
  const { node } = first(env, args)
  for (const { key, values } of args.slice(1)) {
    if (values.length > 0 && key !== 'v1' && key !== 'transition') return `unknown command ${key}`
  }
  const v1 = named(args, 'v1') === 'true'
  const asked = named(args, 'transition') ?? 'auto'
  const transition = transitions[asked]
  if (!transition) return `unknown transition ${asked}`
  const changes = parseChanges(input)
  if (typeof changes === 'string') return changes
  if (!v1) return node.proposeConfChange({ transition, changes })
  if (changes.length > 1 || asked !== 'auto')
    return 'v1 conf change can only have one operation and no transition'
  return node.proposeConfChange(changes[0]!)
}

const letters: Readonly<Record<string, ConfChangeType>> = {
  v: 'ConfChangeAddNode',
  l: 'ConfChangeAddLearnerNode',
  r: 'ConfChangeRemoveNode',
  u: 'ConfChangeUpdateNode',
}

/** `v1 l2 r3 u4`; a string is upstream's error text. */
export const parseChanges = (text: string): ConfChangeSingle[] | string => {
  const changes: ConfChangeSingle[] = []
  for (const token of text.trim() === '' ? [] : text.trim().split(' ')) {
    if (token.length < 2) return `unknown token ${token}`
    const type = letters[token[0]!]
    if (!type) return `unknown input: ${token}`
    if (!/^\d+$/.test(token.slice(1)))
      return `strconv.ParseUint: parsing ${JSON.stringify(token.slice(1))}: invalid syntax`
    changes.push({ type, nodeId: Number(token.slice(1)) })
  }
  return changes
}
