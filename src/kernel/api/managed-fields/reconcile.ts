import { FieldSetBuilder, isEmptySet, recursiveDifference, union, type FieldSet } from './field-set.ts'
import type { ManagedType } from './managed-type.ts'
import { fieldName, type Path, type PathElement } from './path-element.ts'
import { Problems } from './walk.ts'

// structured-merge-diff: typed/reconcile_schema.go

/** What the last schema made of sets; with every write the same ones come again. */
const reconciled = new WeakMap<FieldSet, { readonly type: ManagedType; readonly set: FieldSet }>()

/** A set as a changed schema has it: what became atomic is owned as a whole. What became granular stays as it was. */
export function reconcileWithSchema(set: FieldSet, type: ManagedType): FieldSet {
  const known = reconciled.get(set)
  if (known?.type === type) return known.set
  const result = reconcile(set, type)
  reconciled.set(set, { type, set: result })
  return result
}

function reconcile(set: FieldSet, type: ManagedType): FieldSet {
  const reconciling = new Reconciling()
  reconciling.visit(set, type, [], false)
  reconciling.problems.check()
  return isEmptySet(reconciling.atomic)
    ? set
    : union(recursiveDifference(set, reconciling.atomic), reconciling.atomic)
}

class Reconciling {
  readonly problems = new Problems()
  /** Paths that were owned in parts and are atomic now. */
  readonly atomic = new FieldSetBuilder()

  /** `whole`: the set owns the value, but nothing below it. */
  visit(set: FieldSet | undefined, { map, scalar, list }: ManagedType, path: Path, whole: boolean): void {
    if (map) {
      if (whole || !map.atomic) this.#below(set, path, (element) => mapType(map, element))
      else if (set && !isEmptySet(set)) this.atomic.insert(path)
    } else if (list && !scalar) {
      if (whole || !list.atomic) this.#below(set, path, () => list.element())
      else this.atomic.insert(path)
    }
  }

  #below(
    set: FieldSet | undefined,
    path: Path,
    typeOf: (element: PathElement) => ManagedType | undefined,
  ): void {
    if (!set) return
    for (const element of new Set([...set.children.keys(), ...set.members])) {
      const type = typeOf(element)
      const below = [...path, element]
      const child = set.children.get(element)
      if (type) this.visit(child, type, below, set.members.has(element) && !child)
      else this.problems.add(below, 'field not declared in schema')
    }
  }
}

function mapType(map: NonNullable<ManagedType['map']>, element: PathElement): ManagedType | undefined {
  const name = fieldName(element)
  return (name === undefined ? undefined : map.field(name)?.type()) ?? map.element?.()
}
