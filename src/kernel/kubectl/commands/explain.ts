import { groupVersionOf } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import type { Resource } from '../discovery.ts'
import { plainly } from '../errors.ts'
import { explainText, type Schema, type Schemas } from '../explain-text.ts'
import { bool, text } from '../flag-spec.ts'
import type { Kubectl } from '../kubectl.ts'

export const explain: Command = {
  use: 'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  short: 'Get documentation for a resource',
  long: 'Describe fields and structure of various resources.\n\n This command describes the fields associated with each supported API resource. Fields are identified via a simple JSONPath identifier:\n\n        <type>.<fieldName>[.<fieldName>]',
  example: `  # Get the documentation of the resource and its fields
  kubectl explain pods

  # Get the documentation of a specific field of a resource
  kubectl explain pods.spec.containers`,
  group: 'Basic Commands (Intermediate)',
  flags: [
    bool(
      'recursive',
      'When true, print the name of all the fields recursively. Otherwise, print the available fields with their description.',
    ),
    text('api-version', 'Use given api-version (group/version) of the resource.'),
    text(
      'output',
      'Format in which to render the schema. Valid values are: (plaintext, plaintext-openapiv2).',
      { short: 'o', initial: 'plaintext' },
    ),
  ],
  *run(kubectl, args) {
    if (!args.length)
      throw new UserError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      )
    if (args.length > 1) throw new UserError('We accept only this format: explain RESOURCE')
    const format = kubectl.flags.string('output')
    if (!formats.includes(format)) throw new UserError(`unrecognized format: ${format}`)
    const { resource, path } = yield* resolve(kubectl, args[0] as string)
    yield* kubectl.out(yield* explained(kubectl, resource, path))
    return 0
  },
}

const formats = ['plaintext', 'plaintext-openapiv2']

/** `pods.spec`, and `deployments.apps.spec`: the longest beginning that is a resource (kubectl: explain.SplitAndParseResourceRequest). */
function* resolve(kubectl: Kubectl, argument: string): Sys<{ resource: Resource; path: string[] }> {
  const mapper = yield* kubectl.mapper()
  const parts = argument.replace(/\.$/, '').split('.')
  const [name = '', ...path] = parts
  const version = kubectl.flags.string('api-version')
  // A group may stand behind the resource.
  for (let count = Math.min(parts.length, 5); count > 1; count--) {
    const group = parts.slice(1, count).join('.')
    const found = mapper.resources.find(
      (one) => one.group === group && (one.plural === name || one.singular === name),
    )
    if (found && group)
      return { resource: versioned(mapper.resources, found, version), path: parts.slice(count) }
  }
  return {
    resource: versioned(
      mapper.resources,
      plainly(() => mapper.named(name)),
      version,
    ),
    path,
  }
}

function versioned(all: readonly Resource[], resource: Resource, apiVersion: string): Resource {
  if (!apiVersion) return resource
  const [group, version] = groupVersionOf(apiVersion)
  const found = all.find(
    (one) => one.group === group && one.version === version && one.plural === resource.plural,
  )
  if (!found)
    throw new UserError(
      `couldn't find resource for "${group ? `${group}/` : '/'}${version}, Resource=${resource.plural}"`,
    )
  return found
}

function* explained(
  kubectl: Kubectl,
  { group, version, kind, plural }: Resource,
  path: readonly string[],
): Sys<string> {
  const index = yield* kubectl.api.call({
    path: '/openapi/v3',
    query: { timeout: '32s' },
    accept: 'application/json, */*',
  })
  const key = group ? `apis/${group}/${version}` : `api/${version}`
  const entry = (index['paths'] as Record<string, { serverRelativeURL: string } | undefined> | undefined)?.[
    key
  ]
  if (!entry)
    throw new UserError(
      `couldn't find resource for "${group ? `${group}/` : '/'}${version}, Resource=${plural}"`,
    )
  const document = yield* kubectl.api.call({ path: entry.serverRelativeURL })
  const schemas = ((document['components'] as { schemas?: Schemas } | undefined)?.schemas ?? {}) as Schemas
  const root = Object.values(schemas).find((schema) => isKind(schema, group, version, kind))
  if (!root) throw new UserError(`error: GVK ${group}/${version}, Kind=${kind} not found in OpenAPI schema`)
  const text = explainText(schemas, root, path, kubectl.flags.bool('recursive'))
  const head = `${group ? `GROUP:      ${group}\n` : ''}KIND:       ${kind}\nVERSION:    ${version}\n\n`
  if (text !== undefined) return `${head}${text}\n`
  yield* kubectl.out(head)
  throw new UserError(`field "${path.at(-1)}" does not exist`)
}

const isKind = (schema: Schema, group: string, version: string, kind: string): boolean =>
  schema['x-kubernetes-group-version-kind']?.some(
    (one) => one.group === group && one.version === version && one.kind === kind,
  ) ?? false
