import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import type { Resource, ResourceGroup } from '../discovery.ts'
import { bool, list, text } from '../flag-spec.ts'
import { apiVersionOf, groupResource } from '../mapper.ts'
import { TextTable } from '../text-table.ts'

export const apiResources: Command = {
  use: 'api-resources',
  short: 'Print the supported API resources on the server',
  group: 'Other Commands',
  flags: [
    text('output', 'Output format. One of: (wide, name).', { short: 'o' }),
    bool(
      'no-headers',
      "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    text('api-group', 'Limit to resources in the specified API group.'),
    bool(
      'namespaced',
      'If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.',
      { initial: 'true' },
    ),
    list('verbs', 'Limit to resources that support the specified verbs.'),
    list('categories', 'Limit to resources that belong to the specified categories.'),
    text(
      'sort-by',
      "If non-empty, sort list of resources using specified field. The field can be either 'name' or 'kind'.",
    ),
    bool('cached', 'Use the cached list of resources if available.'),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (args.length)
      throw new UserError(
        `unexpected arguments: [${args.join(' ')}]\nSee 'kubectl api-resources -h' for help and examples`,
      )
    const format = flags.string('output')
    if (format !== '' && format !== 'wide' && format !== 'name')
      throw new UserError(`--output ${format} is not available`)
    const sortBy = flags.string('sort-by')
    if (sortBy !== '' && sortBy !== 'name' && sortBy !== 'kind')
      throw new UserError('--sort-by accepts only name or kind')
    const { groups } = yield* kubectl.mapper()
    const shown = preferred(groups).filter((resource) => wanted(resource))
    if (sortBy)
      shown.sort((a, b) => (sortBy === 'name' ? compare(a.plural, b.plural) : compare(a.kind, b.kind)))
    else shown.sort((a, b) => compare(a.group, b.group) || compare(a.plural, b.plural))
    if (format === 'name') yield* kubectl.out(shown.map((one) => `${groupResource(one)}\n`).join(''))
    else yield* kubectl.out(table(shown, format === 'wide', flags.bool('no-headers')))
    return 0

    function wanted(resource: Resource): boolean {
      if (!resource.verbs.length) return false
      if (flags.changed('api-group') && resource.group !== flags.string('api-group')) return false
      if (flags.changed('namespaced') && resource.namespaced !== flags.bool('namespaced')) return false
      return (
        flags.list('verbs').every((verb) => resource.verbs.includes(verb)) &&
        flags.list('categories').every((one) => resource.categories.includes(one))
      )
    }
  },
}

/** Preferred versions only, as `ServerPreferredResources` gives them. */
const preferred = (groups: readonly ResourceGroup[]): Resource[] =>
  groups.flatMap(({ versions }) =>
    versions.flatMap(({ resources: served }, i) =>
      i === 0
        ? served
        : served.filter(
            (one) =>
              !versions
                .slice(0, i)
                .some((before) => before.resources.some(({ plural }) => plural === one.plural)),
          ),
    ),
  )

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function table(resources: readonly Resource[], wide: boolean, noHeaders: boolean): string {
  const head = [
    'NAME',
    'SHORTNAMES',
    'APIVERSION',
    'NAMESPACED',
    'KIND',
    ...(wide ? ['VERBS', 'CATEGORIES'] : []),
  ]
  const rows = resources.map((one) => [
    one.plural,
    one.shortNames.join(','),
    apiVersionOf(one),
    String(one.namespaced),
    one.kind,
    ...(wide ? [[...one.verbs].join(','), one.categories.join(',')] : []),
  ])
  return new TextTable().print(noHeaders ? rows : [head, ...rows])
}

export const apiVersions: Command = {
  use: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  group: 'Other Commands',
  *run(kubectl) {
    const { groups } = yield* kubectl.mapper()
    const versions = groups.flatMap(({ name, versions: served }) =>
      served.map(({ version }) => (name ? `${name}/${version}` : version)),
    )
    yield* kubectl.out(
      versions
        .sort()
        .map((version) => `${version}\n`)
        .join(''),
    )
    return 0
  },
}
