import type { Joint } from '../../../src/kernel/raft/quorum.ts'
import {
  describeMajority,
  jointCommitted,
  jointVote,
  majorityCommitted,
  majorityVote,
  members,
} from '../../../src/kernel/raft/quorum.ts'
import type { Directive } from './datadriven.ts'
import { parseDirectives } from './datadriven.ts'
import { firstDifference } from './transcripts.ts'
import type { OracleSuite } from '../suite.ts'
import { tally } from '../suite.ts'

/** Judges one file of quorum cases. */
export function runQuorum(text: string) {
  return tally(
    parseDirectives(text),
    ({ line, command }) => `line ${line} ${command}`,
    (directive) => {
      const got = decide(directive).replace(/\n$/, '')
      return got === directive.expected ? undefined : firstDifference(got, directive.expected)
    },
  )
}

export const raftQuorumSuite: OracleSuite = {
  pattern: /^raft\/quorum\/.*\.txt$/,
  run: (_path, text) => runQuorum(text),
}

const votesByLetter: Readonly<Record<string, number>> = { y: 2, n: 1, _: 0 }

function decide({ command, args }: Directive): string {
  const values = (key: string) => args.flatMap((arg) => (arg.key === key ? arg.values : []))
  const incoming = values('cfg').map(Number)
  const outgoing = values('cfgj')
    .filter((id) => id !== 'zero')
    .map(Number)
  const config: Joint = [new Set(incoming), new Set(outgoing)]
  const joint = args.some(({ key }) => key === 'cfgj')
  const given =
    command === 'vote'
      ? values('votes').map((letter) => votesByLetter[letter] ?? 0)
      : values('idx').map((index) => (index === '_' ? 0 : Number(index)))
  const ids = members(config)
  if (ids.length !== given.length) {
    const map = `map[${ids.map((id) => `${id}:{}`).join(' ')}]`
    return `error: mismatched input (explicit or _) for voters ${map}: [${given.join(' ')}]`
  }
  // Values belong to the members in the order of their first mention; 0 stands for no word at all.
  const order = [...new Set([...incoming, ...outgoing])]
  const said = new Map(order.map((id, i) => [id, given[i]!] as const).filter(([, value]) => value !== 0))
  if (command === 'vote')
    return vote(config, joint, new Map([...said].map(([id, value]) => [id, value !== 1])))
  if (command !== 'committed') throw new Error(`unknown command: ${command}`)
  return describeMajority(ids, (id) => said.get(id)) + committed(config, joint, said)
}

function vote(config: Joint, joint: boolean, votes: ReadonlyMap<number, boolean>): string {
  const [incoming, outgoing] = config
  const result = joint ? jointVote(config, votes) : majorityVote(incoming, votes)
  const swapped = jointVote([outgoing, incoming], votes)
  return swapped === result ? result : `${swapped} <-- via symmetry\n${result}`
}

function committed(config: Joint, joint: boolean, said: ReadonlyMap<number, number>): string {
  const [incoming, outgoing] = config
  const acked = (id: number) => said.get(id)
  const index = joint ? jointCommitted(config, acked) : majorityCommitted(incoming, acked)
  const others = [
    ['via symmetry', jointCommitted([outgoing, incoming], acked)],
    ...(joint ? [] : ([['via self-joint quorum', jointCommitted([incoming, incoming], acked)]] as const)),
  ] as const
  const odd = others
    .filter(([, other]) => other !== index)
    .map(([how, other]) => `${show(other)} <-- ${how}\n`)
  return odd.join('') + show(index)
}

const show = (index: number): string => (index === Number.POSITIVE_INFINITY ? '∞' : String(index))
