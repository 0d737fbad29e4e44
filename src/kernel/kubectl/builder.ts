import { goQuote } from '../api/go-quote.ts'
import type { JsonObject } from '../api/objects.ts'
import { matchesLabels } from '../api/labels.ts'
import { parseSelector } from '../api/label-parser.ts'
import { UserError } from '../api/user-error.ts'
import type { Sys } from '../host/sys.ts'
import type { Resource } from './discovery.ts'
import { Aggregate, throwAll } from './errors.ts'
import { expandFiles } from './files.ts'
import { Info } from './info.ts'
import type { Kubectl, KubeLike } from './kubectl.ts'
import { hasCombined, splitTuple, splitUnique, tuplesOfProduct } from './resource-args.ts'
import type { SourceFile } from './files.ts'
import { infosOfFile } from './manifest-infos.ts'
import { NoMatch } from './mapper.ts'

/** What a command wants to act on (cli-runtime: resource.Builder). */
export interface Selection {
  readonly args?: readonly string[]
  /** One type, several names: `pod` for `logs a b`. */
  readonly names?: { readonly type: string; readonly names: readonly string[] }
  readonly filenames?: readonly string[]
  readonly recursive?: boolean
  readonly namespace?: string
  readonly allNamespaces?: boolean
  /** Refuse objects of other namespaces when -n was given. Default true. */
  readonly enforceNamespace?: boolean
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly all?: boolean
  /** A type alone selects everything of it. */
  readonly emptySelectsAll?: boolean
  readonly subresource?: string
  readonly chunkSize?: number
  readonly continueOnError?: boolean
  /** Fetch what files name from the server. */
  readonly latest?: boolean
  /** Infos need not have an object. */
  readonly bare?: boolean
  readonly singleType?: boolean
  /** A list's items one by one; default true. */
  readonly flatten?: boolean
  /** Do not talk to the server at all. */
  readonly local?: boolean
  /** How requests for objects are decorated: accept header, more query. */
  readonly request?: { readonly accept?: string; readonly query?: Readonly<Record<string, string>> }
  /** --validate; undefined means the command has no such flag. */
  readonly validate?: string
}

export type Visit = (info: Info) => Sys<void>
type Source = (visit: Visit) => Sys<void>

/** What a selection came to; visit it once. */
export class Result {
  /** Exactly one object was named. */
  readonly single: boolean
  /** Objects were named, not selected. */
  readonly targetsSingleItems: boolean
  readonly #visitAll: (visit: Visit) => Sys<void>
  constructor(single: boolean, targetsSingleItems: boolean, visitAll: (visit: Visit) => Sys<void>) {
    this.single = single
    this.targetsSingleItems = targetsSingleItems
    this.#visitAll = visitAll
  }

  /** Each object in turn; what goes wrong is thrown at once, or at the end when the selection continues on errors. */
  *visit(visit: Visit): Sys<void> {
    yield* this.#visitAll(visit)
  }

  *infos(): Sys<Info[]> {
    const infos: Info[] = []
    yield* this.visit(function* (info) {
      infos.push(info)
    })
    return infos
  }
}

/** Find out what is meant; throws in the builder's words. */
export function* select(kubectl: Kubectl, selection: Selection): Sys<Result> {
  const namespace = selection.allNamespaces ? '' : (selection.namespace ?? kubectl.namespace)
  const context: Context = { kubectl, selection, namespace, ...(yield* parseArguments(kubectl, selection)) }
  if (context.paths.length) return byPaths(context)
  if (context.labelSelector !== undefined || selection.fieldSelector) return yield* bySelector(context)
  if (context.tuples.length) return yield* byTuples(context)
  if (context.names.length) return yield* byNames(context)
  if (!context.types.length) throw new UserError(missingResource)
  const mapper = yield* kubectl.mapper()
  for (const type of context.types) mapper.named(type)
  throw new UserError('resource(s) were provided, but no name was specified')
}

export const missingResource =
  "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'"

interface Arguments {
  readonly types: string[]
  readonly names: string[]
  readonly tuples: { readonly type: string; readonly name: string }[]
  readonly paths: SourceFile[]
  readonly folder: boolean
  readonly labelSelector: string | undefined
}

interface Context extends Arguments {
  readonly kubectl: Kubectl
  readonly selection: Selection
  readonly namespace: string
}

function* parseArguments(kubectl: Kubectl, selection: Selection): Sys<Arguments> {
  const { files: paths, folder } = expandFiles(
    kubectl.os,
    selection.filenames ?? [],
    selection.recursive ?? false,
  )
  let labelSelector = selection.labelSelector?.trim() || undefined
  if (selection.all && (labelSelector || selection.fieldSelector))
    throw new UserError("setting 'all' parameter but found a non empty selector. ")
  if (selection.names) {
    const { type, names } = selection.names
    return {
      types: [],
      names: [],
      tuples: names.map((name) => splitTuple(name) ?? { type, name }),
      paths,
      folder,
      labelSelector,
    }
  }
  const args = tuplesOfProduct(selection.args ?? [])
  if (hasCombined(args)) {
    const tuples = args.map((argument) => splitTuple(argument) as { type: string; name: string })
    return { types: [], names: [], tuples, paths, folder, labelSelector: selection.all ? '' : labelSelector }
  }
  const types = args.length ? splitUnique(yield* replaceAliases(kubectl, args[0] as string)) : []
  if (args.length === 1 && labelSelector === undefined && selection.emptySelectsAll) labelSelector = ''
  if (selection.all) labelSelector = ''
  return { types, names: args.slice(1), tuples: [], paths, folder, labelSelector }
}

function* replaceAliases(kubectl: Kubectl, argument: string): Sys<string> {
  const mapper = yield* kubectl.mapper()
  return argument
    .split(',')
    .map((part) => mapper.category(part)?.join(',') ?? part)
    .join(',')
}

function byPaths(context: Context): Result {
  const { types, names, tuples, paths, folder, kubectl, selection, labelSelector } = context
  if (types.length)
    throw new UserError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    )
  if (names.length) throw new UserError('name cannot be provided when a path is specified')
  if (tuples.length)
    throw new UserError('resource/name arguments cannot be provided when a path is specified')
  const selector = labelSelector ? parseSelector(labelSelector) : undefined
  const sources = paths.map(
    (file): Source =>
      function* (visit) {
        yield* infosOfFile(kubectl, file, selection, function* (info) {
          if (selection.latest) {
            setNamespace(info, context)
            yield* info.fetch()
          }
          const labels = (info.object?.metadata as { labels?: Record<string, string> } | undefined)?.labels
          if (!selector || matchesLabels(selector, labels)) yield* visit(info)
        })
      },
  )
  const single = !folder && paths.length === 1 && paths[0]?.path !== '-'
  return result(context, single, true, sources)
}

function* bySelector(context: Context): Sys<Result> {
  const { types, names, tuples, selection, labelSelector, kubectl } = context
  if (names.length) throw new UserError('name cannot be provided when a selector is specified')
  if (tuples.length)
    throw new UserError('selectors and the all flag cannot be used when passing resource/name arguments')
  if (!types.length) throw new UserError('at least one resource must be specified to use a selector')
  if (selection.subresource)
    throw new UserError('subresource cannot be used when bulk resources are specified')
  const sources = (yield* mappings(context)).map(
    (mapping): Source =>
      function* (visit) {
        let token: string | undefined
        do {
          const info = new Info(
            kubectl,
            mapping,
            mapping.namespaced ? context.namespace : '',
            '',
            selection.request,
          )
          token = yield* info.list({
            labelSelector: labelSelector || undefined,
            fieldSelector: selection.fieldSelector || undefined,
            limit: selection.chunkSize || undefined,
            continue: token,
          })
          yield* visit(info)
        } while (token)
      },
  )
  return result(context, false, false, sources)
}

function* byTuples(context: Context): Sys<Result> {
  const { tuples, types, kubectl, selection } = context
  if (types.length)
    throw new UserError('you may not specify individual resources and bulk resources in the same call')
  const mapper = yield* kubectl.mapper()
  const resolved = tuples.map(({ type, name }) => ({ mapping: mapper.named(type), name }))
  if (selection.singleType && new Set(resolved.map(({ mapping }) => mapping)).size > 1)
    throw new UserError(multipleTypes)
  const sources = resolved.map(({ mapping, name }) => named(context, mapping, name))
  return result(context, tuples.length === 1, true, sources)
}

function* byNames(context: Context): Sys<Result> {
  const { types, names } = context
  if (!types.length) throw new UserError('you must provide a resource and a resource name together')
  if (types.length > 1) throw new UserError('you must specify only one resource')
  const [mapping] = yield* mappings(context)
  const sources = names.map((name) => named(context, mapping as Resource, name))
  return result(context, names.length === 1, true, sources)
}

const multipleTypes = 'you may only specify a single resource type'

function named({ kubectl, namespace, selection }: Context, mapping: Resource, name: string): Source {
  if (mapping.namespaced && !namespace)
    throw new UserError(
      selection.allNamespaces
        ? 'a resource cannot be retrieved by name across all namespaces'
        : 'namespace may not be empty when retrieving a resource by name',
    )
  return (visit) =>
    visit(
      new Info(
        kubectl,
        mapping,
        mapping.namespaced ? namespace : '',
        name,
        selection.request,
        selection.subresource,
      ),
    )
}

function* mappings({ kubectl, types, selection }: Context): Sys<Resource[]> {
  if (types.length > 1 && selection.singleType) throw new UserError(multipleTypes)
  const mapper = yield* kubectl.mapper()
  return [...new Set(types.map((type) => mapper.named(type)))]
}

/** Sources with what happens to every object before its visit. */
function result(
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
            ? collecting(errors, (info) => prepared(info, visit), visit)
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

const collecting = (errors: Error[], prepare: Visit, _visit: Visit): Visit =>
  function* (info) {
    try {
      yield* prepare(info)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      errors.push(error)
    }
  }

function setNamespace(info: Info, { namespace, selection }: Context): void {
  if (!info.mapping.namespaced || selection.allNamespaces || selection.local) return
  if (!info.namespace) info.setNamespace(namespace)
}

/** cli-runtime: RequireNamespace. */
function requireNamespace(info: Info, { kubectl, namespace, selection }: Context): void {
  if (!info.mapping.namespaced || !kubectl.flags.changed('namespace') || selection.allNamespaces) return
  if (info.namespace !== namespace)
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
