import { goQuote } from '../api/go-quote.ts'
import { matchesLabels } from '../api/labels.ts'
import { parseSelector } from '../api/label-parser.ts'
import { StatusError } from '../api/status.ts'
import { UserError } from '../api/user-error.ts'
import type { Sys } from '../host/sys.ts'
import type { Resource } from './discovery.ts'
import { hasReason, isNotFound } from './errors.ts'
import { Info } from './info.ts'
import type { Kubectl } from './kubectl.ts'
import { infosOfFile } from './manifest-infos.ts'
import type { Context, Result, Selection, Source } from './selection.ts'
import { parseArguments } from './selection-arguments.ts'
import type { Query } from './transport.ts'
import { result, setNamespace } from './visiting.ts'

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
          token = yield* listed(info, {
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

/** What could not be listed is told by its selectors (cli-runtime: Selector.Visit). */
function* listed(info: Info, query: Query): Sys<string | undefined> {
  try {
    return yield* info.list(query)
  } catch (error) {
    if (!(error instanceof StatusError) || !(hasReason(error, 'BadRequest') || isNotFound(error))) throw error
    const { group, version, plural } = info.mapping
    const resource = goQuote(`${group}/${version}, Resource=${plural}`)
    const { labelSelector = '', fieldSelector = '' } = query as Readonly<Record<string, string>>
    const what =
      labelSelector || fieldSelector
        ? `Unable to find ${resource} that match label selector ${goQuote(labelSelector)}, field selector ${goQuote(fieldSelector)}`
        : `Unable to list ${resource}`
    throw new StatusError({ ...error.status, message: `${what}: ${error.status.message}` })
  }
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
