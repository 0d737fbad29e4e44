import { Errno, goWords } from '../host/errno.ts'
import { absolute } from '../host/filesystem.ts'
import type { Os } from '../host/program.ts'
import { UserError } from '../api/user-error.ts'
import { parseYaml } from '../api/yaml/parse-yaml.ts'

// client-go: tools/clientcmd (loader.go, client_config.go, validation.go)

/** The file as it is written: lists of named things. */
export interface KubeconfigFile {
  readonly apiVersion?: string
  readonly kind?: string
  readonly preferences?: Readonly<Record<string, unknown>>
  readonly clusters?: readonly { readonly name: string; readonly cluster?: KubeconfigCluster }[]
  readonly users?: readonly { readonly name: string; readonly user?: KubeconfigUser }[]
  readonly contexts?: readonly { readonly name: string; readonly context?: KubeconfigContext }[]
  readonly 'current-context'?: string
}

export interface KubeconfigCluster {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
  readonly 'proxy-url'?: string
}

export interface KubeconfigUser {
  readonly token?: string
  readonly tokenFile?: string
  readonly username?: string
  readonly password?: string
  readonly as?: string
  readonly 'as-groups'?: readonly string[]
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
}

export interface KubeconfigContext {
  readonly cluster?: string
  readonly user?: string
  readonly namespace?: string
}

/** What flags may override (`--kubeconfig --context --cluster --user --server --token --namespace --as`). */
export interface KubeconfigOverrides {
  readonly kubeconfig?: string
  readonly context?: string
  readonly cluster?: string
  readonly user?: string
  readonly server?: string
  readonly token?: string
  readonly namespace?: string
  readonly as?: string
  readonly asGroups?: readonly string[]
}

/** How to reach an API server, and as whom. */
export interface ClientConfig {
  readonly server: string
  readonly token?: string
  readonly namespace: string
  /** True when the namespace was chosen, not the default (kubectl: enforceNamespace). */
  readonly namespaceChosen: boolean
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[] }
  /** The user's client certificate (PEM or its file's text), which names who it is. */
  readonly clientCertificate?: string
}

/** The files that make up the configuration: the flag's alone, those of $KUBECONFIG, or ~/.kube/config. */
export function kubeconfigPaths(os: Os, flag?: string): string[] {
  if (flag) return [absolute(os.cwd, flag)]
  const list = (os.env.KUBECONFIG ?? '').split(':').filter((path) => path)
  if (list.length) return list.map((path) => absolute(os.cwd, path))
  return [`${os.env.HOME ?? '/root'}/.kube/config`]
}

/** All files merged; the first to say something wins. Files that are absent count as empty, unless a flag named them. */
export function loadKubeconfig(os: Os, flag?: string): KubeconfigFile {
  const files = kubeconfigPaths(os, flag).map((path) => readFile(os, path, flag !== undefined && flag !== ''))
  const merged: KubeconfigFile = {
    apiVersion: 'v1',
    kind: 'Config',
    preferences: files.find((file) => file.preferences)?.preferences ?? {},
    clusters: firstOfEachName(files.flatMap((file) => file.clusters ?? [])),
    users: firstOfEachName(files.flatMap((file) => file.users ?? [])),
    contexts: firstOfEachName(files.flatMap((file) => file.contexts ?? [])),
    'current-context': files.map((file) => file['current-context']).find((name) => name) ?? '',
  }
  return merged
}

/** The configuration of a process: kubeconfig and overrides; in a pod without any, its service account. */
export function clientConfig(os: Os, overrides: KubeconfigOverrides = {}): ClientConfig {
  const file = loadKubeconfig(os, overrides.kubeconfig)
  const inPod = isEmpty(file) && !overrides.server ? inClusterConfig(os) : undefined
  return inPod ?? resolveConfig(os, file, overrides)
}

/** The configuration that a merged file and flags amount to. Throws UserError in upstream's words. */
export function resolveConfig(os: Os, file: KubeconfigFile, overrides: KubeconfigOverrides): ClientConfig {
  const contextName = overrides.context || file['current-context'] || ''
  const found = file.contexts?.find(({ name }) => name === contextName)
  if (overrides.context && !found)
    throw new UserError(`context ${JSON.stringify(contextName)} does not exist`)
  const context = found?.context ?? {}
  const cluster = clusterOf(file, overrides.cluster || context.cluster, overrides, contextName, !!found)
  const user = userOf(file, overrides.user || context.user, overrides)
  const namespace = overrides.namespace || context.namespace || 'default'
  const as = overrides.as || user.as
  return {
    server: cluster.server || 'http://localhost:8080',
    token: overrides.token || user.token || tokenFrom(os, user.tokenFile),
    namespace,
    namespaceChosen: !!overrides.namespace,
    ...(as ? { impersonate: { user: as, groups: overrides.asGroups ?? user['as-groups'] ?? [] } } : {}),
    ...certificateOf(os, user, overrides.user || context.user || ''),
  }
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** client-go: rest.InClusterConfig; undefined outside a pod. */
function inClusterConfig(os: Os): ClientConfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = os.env
  if (!host || !port || !os.fs.exists(`${SERVICE_ACCOUNT}/token`)) return undefined
  const namespace = os.fs.exists(`${SERVICE_ACCOUNT}/namespace`)
    ? os.fs.read(`${SERVICE_ACCOUNT}/namespace`).trim()
    : 'default'
  const token = tokenFrom(os, `${SERVICE_ACCOUNT}/token`)
  return { server: `https://${host}:${port}`, token, namespace, namespaceChosen: false }
}

function clusterOf(
  file: KubeconfigFile,
  name: string | undefined,
  overrides: KubeconfigOverrides,
  contextName: string,
  contextFound: boolean,
): KubeconfigCluster {
  if (overrides.server) return { server: overrides.server }
  if (contextName && !contextFound && !overrides.cluster)
    throw new UserError(`context was not found for specified context: ${contextName}`)
  const cluster = file.clusters?.find((entry) => entry.name === name)
  if (overrides.cluster && !cluster)
    throw new UserError(`cluster ${JSON.stringify(overrides.cluster)} does not exist`)
  if (name && !cluster)
    throw new UserError(`invalid configuration: cluster ${JSON.stringify(name)} does not exist`)
  if (name && cluster && !cluster.cluster?.server)
    throw new UserError(`invalid configuration: no server found for cluster ${JSON.stringify(name)}`)
  return cluster?.cluster ?? {}
}

function userOf(
  file: KubeconfigFile,
  name: string | undefined,
  overrides: KubeconfigOverrides,
): KubeconfigUser {
  const user = file.users?.find((entry) => entry.name === name)
  if (overrides.user && !user)
    throw new UserError(`auth info ${JSON.stringify(overrides.user)} does not exist`)
  return user?.user ?? {}
}

/** Inline data wins over a file (clientcmd: validateAuthInfo). */
function certificateOf(os: Os, user: KubeconfigUser, name: string): { clientCertificate?: string } {
  const { 'client-certificate-data': data, 'client-certificate': path } = user
  if (data) return { clientCertificate: data }
  if (!path) return {}
  try {
    return { clientCertificate: os.fs.read(absolute(os.cwd, path)) }
  } catch (error) {
    throw new UserError(
      `invalid configuration: unable to read client-cert ${path} for ${name} due to open ${path}: ${goWords(error)}`,
    )
  }
}

function tokenFrom(os: Os, path: string | undefined): string | undefined {
  return path ? os.fs.read(absolute(os.cwd, path)).trim() : undefined
}

function readFile(os: Os, path: string, required: boolean): KubeconfigFile {
  let text: string
  try {
    text = os.fs.read(path)
  } catch (error) {
    if (error instanceof Errno && error.code === 'ENOENT') {
      if (required) throw new UserError(`stat ${path}: no such file or directory`)
      return {}
    }
    throw new UserError(`error loading config file "${path}": open ${path}: ${goWords(error)}`)
  }
  try {
    const file: unknown = parseYaml(text) ?? {}
    if (typeof file !== 'object' || Array.isArray(file))
      throw new Error(
        "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value",
      )
    return resolved(file as KubeconfigFile, path.slice(0, path.lastIndexOf('/')))
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new UserError(`error loading config file "${path}": ${why}`)
  }
}

/** Paths in a kubeconfig are relative to it (clientcmd: ResolveLocalPaths). */
function resolved(file: KubeconfigFile, folder: string): KubeconfigFile {
  const at = <K extends string>(entry: { readonly [key in K]?: string } | undefined, ...keys: readonly K[]) =>
    Object.fromEntries(
      keys.flatMap((key) => (entry?.[key] ? [[key, absolute(folder || '/', entry[key])]] : [])),
    )
  const clusters = file.clusters?.map(({ name, cluster }) => ({
    name,
    cluster: { ...cluster, ...at(cluster, 'certificate-authority') },
  }))
  const users = file.users?.map(({ name, user }) => ({
    name,
    user: { ...user, ...at(user, 'client-certificate', 'client-key', 'tokenFile') },
  }))
  return { ...file, ...(clusters ? { clusters } : {}), ...(users ? { users } : {}) }
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const first = new Map<string, T>()
  for (const entry of entries) if (!first.has(entry.name)) first.set(entry.name, entry)
  return [...first.values()]
}

const isEmpty = (file: KubeconfigFile): boolean =>
  !file.clusters?.length && !file.contexts?.length && !file.users?.length && !file['current-context']
