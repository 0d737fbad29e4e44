import { normalizeToMax, unresolvable, type Plugin } from '../framework.ts'
import { matchesNode, matchesTerm } from '../node-selector.ts'

const REASON = "node(s) didn't match Pod's node affinity/selector"
const CONFLICT = 'pod affinity terms conflict'

// kubernetes: pkg/scheduler/framework/plugins/nodeaffinity
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  events: ['Node/Add', 'Node/UpdateLabel'],
  preFilter({ pod }) {
    const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    if (!required && !Object.keys(pod.spec?.nodeSelector ?? {}).length) return 'skip'
    const named = required && namesIn(required.nodeSelectorTerms)
    if (named && named.size === 0) return unresolvable(CONFLICT)
    return named && { nodes: named }
  },
  filter({ pod }, { node }) {
    return matchesNode(pod, node) ? undefined : unresolvable(REASON)
  },
  preScore({ pod }) {
    return pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.length
      ? undefined
      : 'skip'
  },
  score({ pod }, { node }) {
    const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    return preferred.reduce(
      (sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0),
      0,
    )
  },
  normalize: (_cycle, scores) => normalizeToMax(scores, false),
}

type Terms = { matchFields?: { key: string; operator: string; values?: string[] }[] }[]

/** Terms that name nodes by metadata.name narrow the search; if one does not, all nodes come into question. */
function namesIn(terms: Terms): ReadonlySet<string> | undefined {
  const all = new Set<string>()
  for (const { matchFields = [] } of terms) {
    let names: string[] | undefined
    for (const { key, operator, values = [] } of matchFields) {
      if (key !== 'metadata.name' || operator !== 'In') continue
      names = names ? names.filter((name) => values.includes(name)) : [...values]
    }
    if (!names) return undefined
    for (const name of names) all.add(name)
  }
  return all
}
