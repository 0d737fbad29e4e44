import type { Node } from 'kubernetes-types/core/v1'
import type { MachineState } from '../../workers/session-api.ts'
import type { RaftState } from '../cluster-model.ts'
import type { Messages } from '../text/en.ts'
import { nodeLook, type Look } from './pod-state.ts'

/** How a machine stands: off, without a cable, its role in etcd, its readiness as a node. */
export function machineLook(
  machine: MachineState | undefined,
  node: Node | undefined,
  raft: RaftState | undefined,
  t: Messages,
): Look {
  if (!machine?.on) return { shape: 'ring', tone: 'dim', word: t.state.off }
  if (!machine.plugged) return { shape: 'triangle', tone: 'warn', word: t.state.unplugged }
  if (raft) return raftLook(raft, t)
  return node ? nodeLook(node) : { shape: 'dot', tone: 'dim', word: t.state.on }
}

export function raftLook({ state, term }: RaftState, t: Messages): Look {
  const role = state.replace(/^State/, '').toLowerCase() as keyof Messages['raftRole']
  const word = t.raftWord(t.raftRole[role] ?? role, t.term(term))
  if (role === 'leader') return { shape: 'star', tone: 'good', word }
  return role === 'follower' ? { shape: 'dot', tone: 'dim', word } : { shape: 'half', tone: 'warn', word }
}
