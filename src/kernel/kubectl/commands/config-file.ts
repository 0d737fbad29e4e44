import { encodeBase64 } from '../../api/base64.ts'
import { UserError } from '../../api/user-error.ts'
import { utf8Bytes } from '../../api/utf8.ts'
import { kubeconfigPaths, loadKubeconfig } from '../../client/kubeconfig.ts'
import type { Kubectl } from '../kubectl.ts'
import { printYaml } from '../yaml-output.ts'
import { readFile } from '../files.ts'

type Entry = Record<string, unknown>

/** A kubeconfig that can be changed. */
export interface MutableConfig {
  apiVersion: string
  kind: string
  preferences: Entry
  'current-context': string
  clusters: { name: string; cluster: Entry }[]
  contexts: { name: string; context: Entry & { cluster?: string; user?: string; namespace?: string } }[]
  users: { name: string; user: Entry }[]
}

/** Where changes go: --kubeconfig, the first of $KUBECONFIG that exists, or ~/.kube/config. */
export function configPath({ os, flags }: Kubectl): string {
  const paths = kubeconfigPaths(os, flags.string('kubeconfig') || undefined)
  return paths.find((path) => os.fs.exists(path)) ?? (paths[0] as string)
}

/** All files merged, as they are used. */
export function readConfig({ os, flags }: Kubectl): MutableConfig {
  const path = flags.string('kubeconfig')
  const exists = path === '' || kubeconfigPaths(os, path).some((one) => os.fs.exists(one))
  return JSON.parse(
    JSON.stringify(withLists(exists ? (loadKubeconfig(os, path || undefined) as object) : {})),
  ) as MutableConfig
}

const withLists = (file: object): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  preferences: {},
  'current-context': '',
  clusters: [],
  contexts: [],
  users: [],
  ...file,
})

/** Change the file and write it, entries sorted as clientcmd writes them. */
export function changeConfig<T>(kubectl: Kubectl, change: (config: MutableConfig) => T): T {
  const config = readConfig(kubectl)
  const outcome = change(config)
  const path = configPath(kubectl)
  const folder = path.slice(0, path.lastIndexOf('/')) || '/'
  kubectl.os.fs.mkdir(folder, { recursive: true })
  kubectl.os.fs.write(path, printYaml(shownOrder(relative(config, folder))), { mode: 0o600 })
  return outcome
}

/** Files beside the kubeconfig are named from there (clientcmd: RelativizePathWithNoBacksteps). */
function relative(config: MutableConfig, folder: string): MutableConfig {
  const within = `${folder}/`.replace('//', '/')
  const shorten = (entry: Entry) =>
    Object.fromEntries(
      Object.entries(entry).map(([key, value]) => [
        key,
        paths.includes(key) && typeof value === 'string' && value.startsWith(within)
          ? value.slice(within.length)
          : value,
      ]),
    )
  return {
    ...config,
    clusters: config.clusters.map((one) => ({ ...one, cluster: shorten(one.cluster) })),
    users: config.users.map((one) => ({ ...one, user: shorten(one.user) })),
  }
}

const paths = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

/** Lists by name; an empty list is null, as clientcmd writes it. */
export function shownOrder(config: MutableConfig): MutableConfig {
  const byName = <T extends { name: string }>(list: readonly T[]) =>
    (list.length ? [...list].sort((a, b) => (a.name < b.name ? -1 : 1)) : null) as T[]
  return {
    ...config,
    clusters: byName(config.clusters),
    contexts: byName(config.contexts),
    users: byName(config.users),
  }
}

const secrets: readonly (readonly [string, string])[] = [
  ['client-certificate-data', 'DATA+OMITTED'],
  ['client-key-data', 'DATA+OMITTED'],
  ['token', 'REDACTED'],
  ['password', 'REDACTED'],
]

/** Without what others should not see (clientcmd: ShortenConfig, RedactSecrets). */
export function redacted(config: MutableConfig): MutableConfig {
  const hide = (entry: Entry, keys: readonly (readonly [string, string])[]) => {
    const copy = { ...entry }
    for (const [key, shown] of keys) if (copy[key]) copy[key] = shown
    return copy
  }
  return shownOrder({
    ...config,
    clusters: config.clusters.map(({ name, cluster }) => ({
      name,
      cluster: hide(cluster, [['certificate-authority-data', 'DATA+OMITTED']]),
    })),
    users: config.users.map(({ name, user }) => ({ name, user: hide(user, secrets) })),
  })
}

/** Only what the current context uses (clientcmd: MinifyConfig). */
export function minified({ flags }: Kubectl, config: MutableConfig): MutableConfig {
  const name = flags.string('context') || config['current-context']
  if (!name) throw new UserError('current-context must exist in order to minify')
  const context = config.contexts.find((one) => one.name === name)
  if (!context) throw new UserError(`cannot locate context ${name}`)
  return {
    ...config,
    'current-context': name,
    contexts: [context],
    clusters: config.clusters.filter((one) => one.name === context.context.cluster),
    users: config.users.filter((one) => one.name === context.context.user),
  }
}

/** Files that it points to become part of it (clientcmd: FlattenConfig). */
export function flatten({ os }: Kubectl, config: MutableConfig): MutableConfig {
  const inline = (entry: Entry, keys: readonly string[]) => {
    const copy = { ...entry }
    for (const key of keys) {
      const path = copy[key]
      if (typeof path !== 'string' || copy[`${key}-data`]) continue
      copy[`${key}-data`] = encodeBase64(utf8Bytes(readFile(os, path)))
      delete copy[key]
    }
    return copy
  }
  return {
    ...config,
    clusters: config.clusters.map(({ name, cluster }) => ({
      name,
      cluster: inline(cluster, ['certificate-authority']),
    })),
    users: config.users.map(({ name, user }) => ({
      name,
      user: inline(user, ['client-certificate', 'client-key']),
    })),
  }
}

/** `contexts.NAME.namespace`, `current-context` and the like (config set, unset). */
export function setProperty(config: MutableConfig, property: string, value: string | undefined): void {
  const [head = '', ...rest] = property.split('.')
  if (head === 'current-context') {
    config['current-context'] = value ?? ''
    return
  }
  if (head !== 'clusters' && head !== 'contexts' && head !== 'users') {
    if (head === 'preferences') return
    throw new UserError(`unable to locate path ${head} under config`)
  }
  const known = config[head]
    .map(({ name }) => name)
    .filter((name) => rest.join('.').startsWith(`${name}.`) || rest.join('.') === name)
  const name =
    known.sort((a, b) => b.length - a.length)[0] ??
    (rest.length > 1 ? rest.slice(0, -1).join('.') : (rest[0] ?? ''))
  const field = rest.join('.').slice(name.length + 1)
  const key = head.slice(0, -1) as 'cluster' | 'context' | 'user'
  const lists = config[head] as unknown as Record<string, unknown>[]
  let entry = lists.find((one) => one['name'] === name)
  if (!entry && value !== undefined) {
    entry = { name, [key]: {} }
    lists.push(entry)
  }
  if (!entry) return
  if (!field) lists.splice(lists.indexOf(entry), 1)
  else {
    const values = { ...((entry[key] ?? {}) as Entry) }
    if (value === undefined) delete values[field]
    else values[field] = value === 'true' ? true : value === 'false' ? false : value
    entry[key] = values
  }
}
