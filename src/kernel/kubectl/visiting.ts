import { goQuote } from '../api/go-quote.ts'
import type { JsonObject } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'
import type { Sys } from '../host/sys.ts'
import type { Resource } from './discovery.ts'
import { Aggregate, throwAll } from './errors.ts'
import { Info } from './info.ts'
import type { KubeLike } from './kubectl.ts'
import { NoMatch } from './mapper.ts'
import { type Context, Result, type Source, type Visit } from './selection.ts'

/** Sources with what happens to every object before its visit. */
export function result(
  context: Context,
  single: boolean,
  targetsSingleItems: boolean,
  sources: readonly Source[],
): Result {
  const { selection } = context
  const prepared = function* (info: Info, visit: Visit): Sys<void> {
    setNamespace(info, context)
    if (selection.enforceNamespace !== false) requireNamespace(info, context)
    if (!info.object && !selection.bare && !selection.local) yield* info.fetch()
    if (selection.flatten !== false && isList(info.object)) {
      for (const item of itemsOf(info)) yield* visit(yield* infoOf(context, info, item))
    } else yield* visit(info)
  }
  return new Result(single, targetsSingleItems, function* (visit) {
    const errors: Error[] = []
    for (const source of sources) {
      try {
        yield* source(
          selection.continueOnError
            ? collecting(errors, (info) => prepared(info, visit))
            : (info) => prepared(info, visit),
        )
      } catch (error) {
        if (!selection.continueOnError || !(error instanceof UserError)) throw error
        if (error instanceof Aggregate) errors.push(...error.errors)
        else errors.push(error)
      }
    }
    throwAll(errors)
  })
}

const collecting = (errors: Error[], prepare: Visit): Visit =>
  function* (info) {
    try {
      yield* prepare(info)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      errors.push(error)
    }
  }

export function setNamespace(info: Info, { namespace, selection }: Context): void {
  if (!info.mapping.namespaced || selection.allNamespaces || selection.local) return
  if (!info.namespace) info.setNamespace(namespace)
}

/** cli-runtime: RequireNamespace. */
function requireNamespace(info: Info, { kubectl, namespace, selection }: Context): void {
  if (!info.mapping.namespaced || !kubectl.flags.changed('namespace') || selection.allNamespaces) return
  requireSameNamespace(info, namespace)
}

/** What is namespaced must be in this namespace. */
export function requireSameNamespace(info: Info, namespace: string): void {
  if (info.mapping.namespaced && info.namespace !== namespace)
    throw new UserError(
      `the namespace from the provided object ${goQuote(info.namespace)} does not match the namespace ${goQuote(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
    )
}

const isList = (object: KubeLike | undefined): boolean =>
  Array.isArray((object as { items?: unknown } | undefined)?.items)

function itemsOf(info: Info): KubeLike[] {
  const list = info.object as unknown as { kind: string; apiVersion: string; items: readonly KubeLike[] }
  const kind = list.kind?.replace(/List$/, '')
  // Items of a typed list have no kind of their own.
  return list.items.map((item) => (item.kind ? item : { apiVersion: list.apiVersion, kind, ...item }))
}

function* infoOf({ kubectl, selection }: Context, list: Info, item: KubeLike): Sys<Info> {
  const { namespace = '', name = '' } = (item.metadata ?? {}) as { namespace?: string; name?: string }
  let mapping: Resource = list.mapping
  if (!selection.local || item.kind !== list.mapping.kind) {
    const mapper = yield* kubectl.mapper()
    try {
      mapping = mapper.ofKind(item.apiVersion ?? '', item.kind ?? '')
    } catch (error) {
      if (!(error instanceof NoMatch)) throw error
    }
  }
  const info = new Info(kubectl, mapping, namespace, name, selection.request)
  info.source = list.source
  info.object = item as JsonObject
  return info
}
