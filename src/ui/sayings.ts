import type { Messages } from './text/en.ts'

/** Something that happened, to be put into words in the reader's language. */
export type Saying =
  | { readonly type: 'created' | 'deleted'; readonly kind: string; readonly name: string }
  | {
      readonly type: 'bound'
      readonly pod: string
      readonly node: string
      readonly of: number
      readonly score: number | undefined
      readonly out: number
    }
  | { readonly type: 'unschedulable'; readonly pod: string }
  | { readonly type: 'preempted'; readonly pod: string; readonly by: string }
  | { readonly type: 'leader'; readonly machine: string; readonly term: number }
  | { readonly type: 'oom'; readonly machine: string; readonly command: string }
  | { readonly type: 'nodeReady' | 'nodeNotReady' | 'podReady'; readonly name: string }
  | { readonly type: 'power'; readonly machine: string; readonly on: boolean }
  | { readonly type: 'cable'; readonly machine: string; readonly plugged: boolean }
  | { readonly type: 'link'; readonly from: string; readonly to: string }
  | { readonly type: 'lost'; readonly machine: string; readonly reason: string }
  | { readonly type: 'command'; readonly machine: string; readonly line: string }
  | { readonly type: 'rollout'; readonly name: string }
  | { readonly type: 'warned'; readonly who: string; readonly about: string; readonly reason: string }

/** The sentence for it. */
export function say(saying: Saying, { says }: Messages): string {
  switch (saying.type) {
    case 'created':
      return says.created(saying.kind, saying.name)
    case 'deleted':
      return says.deleted(saying.kind, saying.name)
    case 'bound':
      return boundSentence(saying, says)
    case 'unschedulable':
      return says.unschedulable(saying.pod)
    case 'preempted':
      return says.preempted(saying.pod, saying.by)
    case 'leader':
      return says.leader(saying.machine, saying.term)
    case 'oom':
      return says.oom(saying.machine, saying.command)
    case 'nodeReady':
      return says.nodeReady(saying.name)
    case 'nodeNotReady':
      return says.nodeNotReady(saying.name)
    case 'podReady':
      return says.podReady(saying.name)
    case 'power':
      return saying.on ? says.powerOn(saying.machine) : says.powerOff(saying.machine)
    case 'cable':
      return saying.plugged ? says.cableIn(saying.machine) : says.cableOut(saying.machine)
    case 'link':
      return says.link(saying.from, saying.to)
    case 'lost':
      return says.lost(saying.machine, saying.reason)
    case 'command':
      return says.command(saying.machine, saying.line)
    case 'rollout':
      return says.rollout(saying.name)
    case 'warned':
      return says.warned(saying.who, saying.about, saying.reason)
  }
}

function boundSentence(
  { pod, node, of, score, out }: Saying & { type: 'bound' },
  says: Messages['says'],
): string {
  if (of > 1 && score !== undefined) return says.boundBest(pod, node, of, score)
  return out ? says.boundOnly(pod, node, out) : says.bound(pod, node)
}
