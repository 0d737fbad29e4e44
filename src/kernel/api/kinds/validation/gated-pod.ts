import type { Affinity, NodeAffinity, NodeSelectorTerm, PodSpec } from 'kubernetes-types/core/v1'
import { goSyntax, invalid, type FieldError } from '../../field-error.ts'
import { goQuote, goStrings } from '../../go-quote.ts'
import { semanticallyEqual } from './equality.ts'
import { goMap } from './go-struct.ts'

// kubernetes: pkg/apis/core/validation/validation.go ValidatePodUpdate, for pods that scheduling gates hold back

/** Where a gated pod may go may still be narrowed down: what is wrong with that, and the spec without such changes. */
export function gatedChanges(
  now: PodSpec,
  was: PodSpec,
): { readonly errors: FieldError[]; readonly rest: PodSpec } {
  if (!was.schedulingGates?.length) return { errors: [], rest: now }
  const affinity = affinityChanges(now.affinity?.nodeAffinity, was.affinity?.nodeAffinity)
  const selector = selectorChanges(now.nodeSelector, was.nodeSelector)
  return {
    errors: [...selector, ...affinity],
    rest: {
      ...now,
      nodeSelector: was.nodeSelector,
      affinity: withNodeAffinity(now.affinity, was.affinity?.nodeAffinity),
    },
  }
}

type NodeLabels = Readonly<Record<string, string>>

function selectorChanges(now: NodeLabels = {}, was: NodeLabels = {}): FieldError[] {
  const kept = Object.entries(was).every(([key, value]) => now[key] === value)
  const message = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'
  return kept ? [] : [invalid('spec.nodeSelector', goMap(now), message)]
}

const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'

/** Terms are alternatives, so none may come; requirements of a term narrow it down, so they may. */
function affinityChanges(now: NodeAffinity | undefined, was: NodeAffinity | undefined): FieldError[] {
  const before = termsOf(was)
  const terms = termsOf(now)
  if (before.length === 0) return []
  if (terms.length !== before.length) {
    const message = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'
    return [invalid(field, goTerms(terms), message)]
  }
  return terms.flatMap((term, i) =>
    onlyAdds(term, before[i]!)
      ? []
      : [
          invalid(
            `${field}[${i}]`,
            goSyntax(goTerm(term)),
            'only additions are allowed (no mutations or deletions)',
          ),
        ],
  )
}

const termsOf = (affinity: NodeAffinity | undefined): readonly NodeSelectorTerm[] =>
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []

function onlyAdds(now: NodeSelectorTerm, was: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  const sizeOf = (term: NodeSelectorTerm) => lists.reduce((sum, key) => sum + (term[key]?.length ?? 0), 0)
  // A term without requirements matches nothing: with one it would match more.
  if (sizeOf(was) === 0) return sizeOf(now) === 0
  return lists.every((key) => semanticallyEqual(now[key]?.slice(0, was[key]?.length ?? 0), was[key]))
}

/** Affinity as it is, but for nodes as it was; none at all rather than an empty one. */
function withNodeAffinity(now: Affinity | undefined, nodes: NodeAffinity | undefined): Affinity | undefined {
  const { nodeAffinity, ...others } = now ?? {}
  if (!nodes) return Object.keys(others).length > 0 ? others : undefined
  return { ...others, nodeAffinity: nodes }
}

const goTerms = (terms: readonly NodeSelectorTerm[]) =>
  goSyntax(
    terms.length
      ? `[]core.NodeSelectorTerm{${terms.map(goTerm).join(', ')}}`
      : '[]core.NodeSelectorTerm(nil)',
  )

const goTerm = ({ matchExpressions, matchFields }: NodeSelectorTerm): string =>
  `core.NodeSelectorTerm{MatchExpressions:${goRequirements(matchExpressions)}, MatchFields:${goRequirements(matchFields)}}`

function goRequirements(list: NodeSelectorTerm['matchExpressions']): string {
  if (!list) return '[]core.NodeSelectorRequirement(nil)'
  const shown = list.map(
    ({ key, operator, values }) =>
      `core.NodeSelectorRequirement{Key:${goQuote(key)}, Operator:${goQuote(operator)}, Values:${values ? goStrings(values) : '[]string(nil)'}}`,
  )
  return `[]core.NodeSelectorRequirement{${shown.join(', ')}}`
}
