import { goQuote } from '../api/go-quote.ts'
import { isObject } from '../api/json.ts'
import type { Json } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'
import type { Sys } from '../host/sys.ts'
import type { Selection, Visit } from './selection.ts'
import type { Resource } from './discovery.ts'
import { Aggregate } from './errors.ts'
import type { SourceFile } from './files.ts'
import { readSource } from './files.ts'
import { Info } from './info.ts'
import type { Kubectl, KubeLike } from './kubectl.ts'
import { NoMatch } from './mapper.ts'
import { documentsOf } from './yaml-input.ts'

/** Visit each object of a file; those that are wrong are told together at the end (cli-runtime: StreamVisitor). */
export function* infosOfFile(
  kubectl: Kubectl,
  file: SourceFile,
  selection: Selection,
  visit: Visit,
): Sys<void> {
  yield* infosOfText(kubectl, yield* readSource(kubectl.os, file), file, selection, visit)
}

/** The same for a text that is at hand. */
export function* infosOfText(
  kubectl: Kubectl,
  text: string,
  file: SourceFile,
  selection: Selection,
  visit: Visit,
): Sys<void> {
  const errors: Error[] = []
  for (const document of documents(text, file, kubectl)) {
    try {
      for (const object of flat(document, file, selection))
        yield* visit(yield* infoFor(kubectl, object, file, selection))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      errors.push(error)
      if (!selection.continueOnError) break
    }
  }
  if (errors.length === 1) throw errors[0]
  if (errors.length) throw new Aggregate(errors)
}

function* documents(text: string, { source }: SourceFile, kubectl: Kubectl): Generator<unknown> {
  try {
    yield* documentsOf(text, kubectl.warn)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(`error parsing ${source}: ${error.message}`)
  }
}

/** The object, or the items of a List (FlattenListVisitor). */
function flat(document: unknown, file: SourceFile, selection: Selection, inList = false): KubeLike[] {
  const object = checked(document, file, selection, inList)
  const items = (object as { items?: unknown }).items
  const { kind = '', apiVersion } = object
  if (!kind.endsWith('List') || items === undefined || selection.flatten === false) return [object]
  const source = goQuote(file.source)
  if (items !== null && !Array.isArray(items))
    throw new UserError(
      `unable to decode ${source}: ${cannotUnmarshal(items, 'decodeList.items', '[]json.RawMessage')}`,
    )
  // Items of a PodList need not say that they are pods.
  const own = kind === 'List' ? {} : { kind: kind.slice(0, -'List'.length), apiVersion }
  return (items ?? []).flatMap((item: unknown) => {
    if (!isObject(item as Json))
      throw new UserError(
        `unable to decode ${source}: json: cannot unmarshal ${goKind(item)} into Go value of type map[string]interface {}`,
      )
    return flat({ ...own, ...(item as object) }, file, selection, true)
  })
}

/** Go: encoding/json UnmarshalTypeError. */
const cannotUnmarshal = (value: unknown, field: string, type: string): string =>
  `json: cannot unmarshal ${goKind(value)} into Go struct field ${field} of type ${type}`

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** What the decoder finds wrong with an object's own fields (apimachinery: unstructured/helpers.go). */
function decodingProblem({ apiVersion, kind, metadata }: KubeLike): string | undefined {
  if (typeof kind !== 'string' || !kind) return undefined
  if (apiVersion !== undefined && apiVersion !== null && typeof apiVersion !== 'string')
    return cannotUnmarshal(apiVersion, 'metadataOnlyObject.apiVersion', 'string')
  if (metadata !== undefined && metadata !== null && !isObject(metadata as Json))
    return cannotUnmarshal(metadata, 'metadataOnlyObject.metadata', 'v1.ObjectMeta')
  return undefined
}

/** Every object has apiVersion and kind (kubectl: pkg/validation; apimachinery: unstructured decoder). */
function checked(
  document: unknown,
  { source }: SourceFile,
  { validate }: Selection,
  inList: boolean,
): KubeLike {
  const object = document as KubeLike
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
  if (!isObject)
    throw new UserError(
      `error validating ${goQuote(source)}: error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`,
    )
  const lack = (value: unknown, name: string) =>
    !value ? [`${name} not set`] : typeof value === 'string' ? [] : [`${name} isn't string type`]
  const missing = [...lack(object.apiVersion, 'apiVersion'), ...lack(object.kind, 'kind')]
  if (missing.length && (validate === 'strict' || validate === 'true' || validate === 'warn')) {
    const why = missing.length > 1 ? `[${missing.join(', ')}]` : missing[0]
    throw new UserError(
      `error validating ${goQuote(source)}: error validating data: ${why}; if you choose to ignore these errors, turn validation off with --validate=false`,
    )
  }
  const problem = decodingProblem(object)
  if (problem) throw new UserError(`unable to decode ${goQuote(source)}: ${problem}`)
  if (inList) checkListItem(object)
  if (typeof object.kind !== 'string' || !object.kind)
    throw new UserError(
      `unable to decode ${goQuote(source)}: Object 'Kind' is missing in '${JSON.stringify(object)}'`,
    )
  return object
}

/** Items are not decoded on their own (apimachinery: unstructuredscheme ObjectKinds). */
function checkListItem({ kind, apiVersion }: KubeLike): void {
  const missing = !kind
    ? "Object 'Kind' is missing in 'object has no kind field '"
    : apiVersion
      ? undefined
      : "Object 'apiVersion' is missing in 'object has no apiVersion field'"
  if (missing)
    throw new UserError(`unable to get type info from the object "*unstructured.Unstructured": ${missing}`)
}

function* infoFor(
  kubectl: Kubectl,
  object: KubeLike,
  { source }: SourceFile,
  selection: Selection,
): Sys<Info> {
  const { name = '', namespace = '' } = (object.metadata ?? {}) as { name?: string; namespace?: string }
  const mapping = selection.local
    ? localMapping(object)
    : yield* mappingFor(kubectl, object, name, namespace, source)
  const info = new Info(kubectl, mapping, namespace, name, selection.request, selection.subresource)
  info.source = source
  info.object = object
  return info
}

function* mappingFor(
  kubectl: Kubectl,
  object: KubeLike,
  name: string,
  namespace: string,
  source: string,
): Sys<Resource> {
  const mapper = yield* kubectl.mapper()
  try {
    return mapper.ofKind(object.apiVersion ?? '', object.kind ?? '')
  } catch (error) {
    if (!(error instanceof NoMatch)) throw error
    const what = `resource mapping not found for name: ${goQuote(name)} namespace: ${goQuote(namespace)} from ${goQuote(source)}`
    throw new UserError(`${what}: ${error.message}\nensure CRDs are installed first`)
  }
}

/** Without a server the kind's own words must do. */
function localMapping({ apiVersion = '', kind = '' }: KubeLike): Resource {
  const slash = apiVersion.indexOf('/')
  const singular = kind.toLowerCase()
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    plural: `${singular}s`,
    singular,
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: [],
    subresources: [],
  }
}
