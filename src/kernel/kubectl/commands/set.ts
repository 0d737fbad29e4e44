import { goQuote } from '../../api/go-quote.ts'
import type { JsonObject } from '../../api/objects.ts'
import { canonicalQuantity } from '../../api/quantity.ts'
import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { throwAll } from '../errors.ts'
import { array, list, text, type FlagSpec } from '../flag-spec.ts'
import type { KubeLike } from '../kubectl.ts'
import { parseLabelSelector } from '../label-selectors.ts'
import { subjectsOf } from './create-rbac.ts'
import { changeContainers, withPodSpec, type ContainerJson } from './pod-specs.ts'
import { setEnv } from './set-env.ts'
import { setFlags, setObjects } from './set-patch.ts'

/** Resources, then pairs (kubectl: set/helper.go). */
function resourcesAndPairs(args: readonly string[]): {
  readonly resources: string[]
  readonly pairs: string[]
} {
  const first = args.findIndex((argument) => argument.includes('='))
  return first < 0
    ? { resources: [...args], pairs: [] }
    : { resources: args.slice(0, first), pairs: args.slice(first) }
}

const image: Command = {
  use: 'image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  short: 'Update the image of a pod template',
  flags: setFlags,
  *run(kubectl, args) {
    const { resources, pairs } = resourcesAndPairs(args)
    if (!resources.length && !kubectl.flags.list('filename').length && !kubectl.flags.string('kustomize'))
      throw new UserError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
    if (!pairs.length) throw new UserError('at least one image update is required')
    const images = pairs.map(
      (pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const,
    )
    if (images.length > 1 && images.some(([name]) => name === '*'))
      throw new UserError(
        'all containers are already specified by *, but saw more than one container_name=container_image pairs',
      )
    yield* setObjects(kubectl, resources, 'image updated', (object) => withImages(object, images))
    return 0
  },
}

function withImages(object: KubeLike, images: readonly (readonly [string, string])[]): KubeLike {
  const missing: Error[] = []
  const changed = withPodSpec(object, (spec) => {
    let current = spec
    for (const [name, value] of images) {
      const outcome = changeContainers(current, name, (container) => ({ ...container, image: value }), [
        'initContainers',
        'containers',
      ])
      if (!outcome.found && name !== '*')
        missing.push(new UserError(`unable to find container named ${goQuote(name)}`))
      current = outcome.spec
    }
    return current
  })
  throwAll(missing)
  return changed
}

const resources: Command = {
  use: 'resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  short: 'Update resource requests/limits on objects with pod templates',
  flags: [
    ...setFlags,
    text(
      'containers',
      'The names of containers in the selected pod templates to change, all containers are selected by default - may use wildcards',
      { short: 'c', initial: '*' },
    ),
    text(
      'limits',
      "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.",
    ),
    text(
      'requests',
      "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.",
    ),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (!flags.string('limits') && !flags.string('requests'))
      throw new UserError(
        'you must specify an update to requests or limits (in the form of --requests/--limits)',
      )
    const limits = amounts(flags.string('limits'))
    const requests = amounts(flags.string('requests'))
    const pattern = flags.string('containers')
    yield* setObjects(kubectl, args, 'resource requirements updated', (object) =>
      withPodSpec(object, (spec) => {
        const { spec: changed, found } = changeContainers(spec, pattern, (container) =>
          withResources(container, limits, requests),
        )
        if (!found) throw new UserError(`unable to find container named ${pattern}`)
        return changed
      }),
    )
    return 0
  },
}

function withResources(container: ContainerJson, limits: JsonObject, requests: JsonObject): ContainerJson {
  const known = (container['resources'] ?? {}) as { limits?: JsonObject; requests?: JsonObject }
  const merged = (old: JsonObject | undefined, more: JsonObject) =>
    Object.keys(more).length ? { ...old, ...more } : old
  const [newLimits, newRequests] = [merged(known.limits, limits), merged(known.requests, requests)]
  return {
    ...container,
    resources: {
      ...known,
      ...(newLimits ? { limits: newLimits } : {}),
      ...(newRequests ? { requests: newRequests } : {}),
    },
  } as ContainerJson
}

/** `cpu=100m,memory=256Mi` (kubectl: populateResourceListV1). */
function amounts(text: string): JsonObject {
  if (text === '') return {}
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', value, ...rest] = pair.split('=')
      if (value === undefined || rest.length)
        throw new UserError(`invalid argument syntax ${pair}, expected <resource>=<value>`)
      return [name, canonicalQuantity(value)]
    }),
  )
}

const selector: Command = {
  use: 'selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  short: 'Set the selector on a resource',
  flags: [
    ...setFlags,
    text(
      'resource-version',
      'If non-empty, the selectors update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.',
    ),
  ],
  *run(kubectl, args) {
    if (!args.length)
      throw new UserError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
    const [last = ''] = args.slice(-1)
    const parsed = parseLabelSelector(last)
    if (!last.includes('=') && !/[ !]/.test(last))
      throw new UserError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
    yield* setObjects(kubectl, args.slice(0, -1), 'selector updated', (object) => {
      if (object.kind !== 'Service') throw new UserError('setting a selector is only supported for Services')
      if (parsed['matchExpressions'])
        throw new UserError('match expression [In] not supported on this object')
      return {
        ...object,
        spec: { ...(object['spec'] as JsonObject), selector: parsed['matchLabels'] ?? {} },
      } as KubeLike
    })
    return 0
  },
}

const serviceAccount: Command = {
  use: 'serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  aliases: ['sa'],
  short: 'Update the service account of a resource',
  flags: setFlags,
  *run(kubectl, args) {
    const [name] = args.slice(-1)
    if (name === undefined) throw new UserError('serviceaccount is required')
    yield* setObjects(kubectl, args.slice(0, -1), 'serviceaccount updated', (object) =>
      withPodSpec(object, (spec) => ({ ...spec, serviceAccountName: name })),
    )
    return 0
  },
}

const subjectFlags: readonly FlagSpec[] = [
  array('user', 'Usernames to bind to the role'),
  array('group', 'Groups to bind to the role'),
  list('serviceaccount', 'Service accounts to bind to the role'),
]

const subject: Command = {
  use: 'subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  short: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags: [...setFlags, ...subjectFlags],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (!flags.list('user').length && !flags.list('group').length && !flags.list('serviceaccount').length)
      throw new UserError('you must specify at least one value of user, group or serviceaccount')
    const added = subjectsOf(kubectl)
    yield* setObjects(kubectl, args, 'subjects updated', (object) => {
      const known = (object['subjects'] ?? []) as readonly JsonObject[]
      const has = (one: JsonObject) =>
        known.some((other) =>
          ['kind', 'name', 'namespace'].every((key) => (other[key] ?? '') === (one[key] ?? '')),
        )
      return { ...object, subjects: [...known, ...added.filter((one) => !has(one))] } as KubeLike
    })
    return 0
  },
}

export const set: Command = {
  use: 'set SUBCOMMAND',
  short: 'Set specific features on objects',
  long: 'Configure application resources.\n\n These commands help you make changes to existing application resources.',
  group: 'Basic Commands (Beginner)',
  commands: [setEnv, image, resources, selector, serviceAccount, subject],
}
