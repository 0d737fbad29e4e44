import { editScript, type Likeness } from './edit-script.ts'
import { sameQuantity, type GoField, type GoValue } from './value.ts'

/** What a comparison found of two values and all below them (google/go-cmp: cmp/report_value.go). */
export interface Comparison {
  readonly old: GoValue | undefined
  readonly next: GoValue | undefined
  /** Leaves that are the same, and that are not. */
  readonly same: number
  readonly different: number
  readonly children: number
  readonly depth: number
  /** Fields, items or entries, or the one thing a pointer points to; undefined of a leaf. */
  readonly parts?: readonly Part[]
}

export interface Part {
  readonly name: string
  readonly comparison: Comparison
}

/** Compare two values of one type as cmp.Equal does. */
export function compare(old: GoValue | undefined, next: GoValue | undefined): Comparison {
  if (!old || !next || old.kind !== next.kind) return leaf(old, next, false)
  switch (old.kind) {
    case 'scalar':
      return leaf(old, next, next.kind === 'scalar' && old.value === next.value)
    case 'struct':
      return compareStructs(old, next as typeof old)
    case 'pointer':
      return comparePointers(old, next as typeof old)
    case 'slice':
      return compareSlices(old, next as typeof old)
    case 'map':
      return compareMaps(old, next as typeof old)
  }
}

function leaf(old: GoValue | undefined, next: GoValue | undefined, equal: boolean): Comparison {
  return { old, next, same: equal ? 1 : 0, different: equal ? 0 : 1, children: 0, depth: 0 }
}

function parent(old: GoValue, next: GoValue, parts: readonly Part[]): Comparison {
  const sum = (pick: (comparison: Comparison) => number) =>
    parts.reduce((total, { comparison }) => total + pick(comparison), 0)
  return {
    old,
    next,
    same: sum(({ same }) => same),
    different: sum(({ different }) => different),
    children: sum(({ children }) => children + 1),
    depth: Math.max(0, ...parts.map(({ comparison }) => comparison.depth + 1)),
    parts,
  }
}

type Kind<K extends GoValue['kind']> = Extract<GoValue, { kind: K }>

function compareStructs(old: Kind<'struct'>, next: Kind<'struct'>): Comparison {
  if (old.quantity && next.quantity) return leaf(old, next, sameQuantity(old.quantity, next.quantity))
  const parts = old.fields.map(({ name, value }, i) => ({
    name,
    comparison: compare(value, next.fields[i]?.value),
  }))
  return parent(old, next, parts)
}

function comparePointers(old: Kind<'pointer'>, next: Kind<'pointer'>): Comparison {
  if (!old.to || !next.to) return leaf(old, next, old.to === next.to)
  return parent(old, next, [{ name: '', comparison: compare(old.to, next.to) }])
}

function compareSlices(old: Kind<'slice'>, next: Kind<'slice'>): Comparison {
  const [before, after] = [old.items, next.items]
  if (!before || !after) return leaf(old, next, before === after)
  const likeness = (x: number, y: number): Likeness => compare(before[x], after[y])
  let [x, y] = [0, 0]
  const parts = editScript(before.length, after.length, likeness).map((edit): Part => {
    const comparison = compare(
      edit === 'onlyNew' ? undefined : before[x],
      edit === 'onlyOld' ? undefined : after[y],
    )
    if (edit !== 'onlyNew') x++
    if (edit !== 'onlyOld') y++
    return { name: '', comparison }
  })
  return parent(old, next, parts)
}

function compareMaps(old: Kind<'map'>, next: Kind<'map'>): Comparison {
  const [before, after] = [old.entries, next.entries]
  if (!before || !after) return leaf(old, next, before === after)
  const names = [...new Set([...before, ...after].map(({ name }) => name))].sort()
  const at = (entries: readonly GoField[], name: string) =>
    entries.find((entry) => entry.name === name)?.value
  return parent(
    old,
    next,
    names.map((name) => ({ name, comparison: compare(at(before, name), at(after, name)) })),
  )
}
