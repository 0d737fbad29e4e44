import { parseYaml } from '../../../api/yaml/parse-yaml.ts'
import { UserError } from '../../../api/user-error.ts'
import type { Api } from '../../call.ts'
import { parseVersion, policyOf, type Policy } from './policy.ts'

/** Defaults and exemptions (pod-security-admission: admission/api PodSecurityConfiguration). */
export interface Configuration {
  readonly defaults: Policy
  readonly usernames: readonly string[]
  readonly namespaces: readonly string[]
  readonly runtimeClasses: readonly string[]
}

interface AdmissionFile {
  readonly plugins?: readonly {
    readonly name?: string
    readonly path?: string
    readonly configuration?: PodSecurityFile
  }[]
}

interface PodSecurityFile {
  readonly defaults?: Readonly<Record<string, string>>
  readonly exemptions?: Partial<Omit<Configuration, 'defaults'>>
}

const read = new WeakMap<object, Configuration>()

/** What --admission-control-config-file says to the plugin, read once. */
export function configurationOf(api: Api): Configuration {
  const known = read.get(api.flags)
  if (known) return known
  const path = api.flags.text('admission-control-config-file')
  const file = path ? (parseYaml(api.os.fs.read(path)) as unknown as AdmissionFile) : {}
  const plugin = file.plugins?.find(({ name }) => name === 'PodSecurity')
  const text = plugin?.path ? api.os.fs.read(plugin.path) : undefined
  const own = plugin?.configuration ?? (text ? (parseYaml(text) as unknown as PodSecurityFile) : {})
  const configuration = configurationIn(own)
  read.set(api.flags, configuration)
  return configuration
}

export function configurationIn({ defaults = {}, exemptions = {} }: PodSecurityFile): Configuration {
  const labels = Object.entries(defaults).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value])
  const { policy, errors } = policyOf(Object.fromEntries(labels) as Record<string, string>)
  const version = Object.entries(defaults).find(
    ([key, value]) => key.endsWith('version') && !parseVersion(value),
  )
  if (errors.length || version) throw new UserError('invalid PodSecurityConfiguration')
  // Unlike a namespace's labels, defaults mean what they say.
  const warn = defaults['warn'] ? policy.warn : { ...policy.warn, level: 'privileged' as const }
  return {
    defaults: { ...policy, warn },
    usernames: exemptions.usernames ?? [],
    namespaces: exemptions.namespaces ?? [],
    runtimeClasses: exemptions.runtimeClasses ?? [],
  }
}
