import type { ChangeBase } from '../../../src/kernel/raft/confchange.ts'
import { enterJoint, leaveJoint, simple } from '../../../src/kernel/raft/confchange.ts'
import { describeMembership, describeProgress, Tracker } from '../../../src/kernel/raft/tracker.ts'
import type { Directive } from './datadriven.ts'
import { parseDirectives } from './datadriven.ts'
import { firstDifference, parseChanges } from './transcripts.ts'
import type { OracleSuite } from '../suite.ts'
import { tally } from '../suite.ts'

/** Judges one file of membership changes, a case per change. */
export function runConfChanges(text: string) {
  const tracker = new Tracker(10, 0)
  let lastIndex = 0
  return tally(
    parseDirectives(text),
    ({ line, command }) => `line ${line} ${command}`,
    (directive) => {
      const got = apply(tracker, lastIndex++, directive).replace(/\n$/, '')
      return got === directive.expected ? undefined : firstDifference(got, directive.expected)
    },
  )
}

export const raftConfChangeSuite: OracleSuite = {
  pattern: /^raft\/confchange\/.*\.txt$/,
  run: (_path, text) => runConfChanges(text),
}

function apply(tracker: Tracker, lastIndex: number, { command, args, input }: Directive): string {
  const changes = parseChanges(input)
  if (typeof changes === 'string') return changes
  const { membership, progress } = tracker
  const base: ChangeBase = {
    membership,
    progress,
    lastIndex,
    newProgress: (next, isLearner) => tracker.newProgress(next, isLearner),
  }
  const autoLeave = args.some(({ key, values }) => key === 'autoleave' && values[0] === 'true')
  const change = () => {
    if (command === 'simple') return simple(base, changes)
    if (command === 'enter-joint') return enterJoint(base, autoLeave, changes)
    if (command !== 'leave-joint') return 'unknown command'
    return changes.length > 0 ? 'this command takes no input' : leaveJoint(base)
  }
  const result = change()
  if (typeof result === 'string') return result
  tracker.switchTo(result.membership, result.progress)
  return `${describeMembership(tracker.membership)}\n${describeProgress(tracker.progress)}`
}
