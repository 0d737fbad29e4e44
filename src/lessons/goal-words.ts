import type { Fragment, Goal } from './goal.ts'

/** What a goal is about, in the words of manifests: `Deployment web · status.readyReplicas: 3`. */
export function subjectOf(goal: Goal): string {
  if (goal.type === 'printed') return goal.text
  const { kind, ...rest } = goal.fragment
  const metadata = { ...(rest['metadata'] as Fragment | undefined) }
  const { name, labels, namespace: _, ...others } = metadata
  const chosen = Object.entries((labels as Fragment | undefined) ?? {}).map(
    ([key, value]) => `${key}=${shown(value)}`,
  )
  const details = leaves({ ...(Object.keys(others).length ? others : {}), ...withoutMetadata(rest) }).map(
    ([path, value]) => `${path}: ${shown(value)}`,
  )
  const who = [kind, name, chosen.join(',')].filter((part) => part !== undefined && part !== '').join(' ')
  return [who, ...details].join(' · ')
}

function withoutMetadata({ metadata: _, ...rest }: Fragment): Fragment {
  return rest
}

const shown = (value: unknown): string => (value === null ? '∅' : String(value))

/** Paths and values of what is no map; lists are passed through. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, path))
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, part]) => leaves(part, path ? `${path}.${key}` : key))
}
