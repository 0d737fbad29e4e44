import { UserError } from '../api/user-error.ts'
import { groupVersionOf } from '../api/objects.ts'
import { goQuote } from '../api/go-quote.ts'
import type { Resource, ResourceGroup } from './discovery.ts'

/** There is no such kind (apimachinery: meta.NoKindMatchError). */
export class NoMatch extends UserError {}

/** Finds the resource that somebody means (client-go: restmapper; cli-runtime: Builder.mappingFor). */
export class Mapper {
  readonly groups: readonly ResourceGroup[]
  readonly resources: readonly Resource[]

  readonly #warn: (warning: string) => void

  constructor(groups: readonly ResourceGroup[], warn: (warning: string) => void) {
    this.groups = groups
    this.#warn = warn
    this.resources = groups.flatMap(({ versions }) => versions.flatMap(({ resources }) => resources))
  }

  /** By what stands on a command line: plural, singular, short name or kind, with or without version and group. */
  named(argument: string): Resource {
    const [resource = '', ...rest] = argument.split('.')
    const [version = '', ...group] = rest
    const found =
      (rest.length >= 2 ? this.#find(resource, group.join('.'), version) : undefined) ??
      this.#find(resource, rest.join('.'), '')
    if (found) return found
    const byKind =
      (rest.length >= 2 ? this.#kind(resource, group.join('.'), version) : undefined) ??
      this.#kind(resource, rest.join('.'), '')
    if (byKind) return byKind
    throw new UserError(`the server doesn't have a resource type ${goQuote(resource)}`)
  }

  /** By apiVersion and kind of an object. */
  ofKind(apiVersion: string, kind: string): Resource {
    const [group, version] = groupVersionOf(apiVersion)
    const found = this.#kind(kind, group, version)
    if (!found) throw new NoMatch(`no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`)
    return found
  }

  /** By group and kind, in the preferred version. */
  preferred(group: string, kind: string): Resource | undefined {
    return this.#kind(kind, group, '')
  }

  /** Plurals (with group) of a category such as `all`; undefined when there is no such category. */
  category(name: string): string[] | undefined {
    const members = this.groups
      .flatMap(({ versions }) => versions[0]?.resources ?? [])
      .filter(({ categories }) => categories.includes(name))
      .map(({ plural, group }) => (group ? `${plural}.${group}` : plural))
    return members.length ? members : undefined
  }

  #find(name: string, group: string, version: string): Resource | undefined {
    const lower = this.#expandShort(name, group).toLowerCase()
    const candidates = this.resources.filter(
      (resource) =>
        (resource.plural === lower || resource.singular === lower) &&
        (!version || resource.version === version),
    )
    if (!group) return candidates[0]
    return (
      candidates.find((one) => one.group === group) ??
      candidates.find((one) => !version && one.group.startsWith(group))
    )
  }

  /** client-go: restmapper/shortcut.go expandResourceShortcut */
  #expandShort(name: string, group: string): string {
    if (this.resources.some(({ plural, singular }) => plural === name || singular === name)) return name
    const all = this.resources.filter(
      (one) => one.shortNames.includes(name) && (!group || one.group.startsWith(group)),
    )
    const other = all.find((one) => one.group !== all[0]?.group)
    if (other)
      this.#warn(
        `short name ${goQuote(name)} could also match lower priority resource ${groupResource(other)}`,
      )
    return all[0]?.plural ?? name
  }

  #kind(kind: string, group: string, version: string): Resource | undefined {
    return this.resources.find(
      // Kinds may be written in lower case (client-go: NewDiscoveryRESTMapper).
      (one) =>
        (one.kind === kind || one.kind.toLowerCase() === kind) &&
        one.group === group &&
        (!version || one.version === version),
    )
  }
}

/** `deployments.apps`, `pods`. */
export const groupResource = ({ plural, group }: Resource): string => (group ? `${plural}.${group}` : plural)

export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version

/** What kubectl calls an object in its messages: `deployment.apps`, `pod`. */
export const kindName = ({ kind, group }: Resource): string =>
  group ? `${kind.toLowerCase()}.${group}` : kind.toLowerCase()
