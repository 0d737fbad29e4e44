import { UserError } from '../../api/user-error.ts'
import { bool, list, text } from '../flag-spec.ts'
import { changeConfig, configPath, setProperty } from './config-file.ts'
import { changedCluster, changedUser } from './config-entries.ts'
import { exactly, simple } from './config-parts.ts'

export const useContext = simple(
  'use-context CONTEXT_NAME',
  'Set the current-context in a kubeconfig file',
  function* (kubectl, args) {
    exactly(args, 1)
    const [name = ''] = args
    changeConfig(kubectl, (config) => {
      if (!config.contexts.some((one) => one.name === name))
        throw new UserError(`no context exists with the name: "${name}"`)
      config['current-context'] = name
    })
    yield* kubectl.out(`Switched to context "${name}".\n`)
    return 0
  },
  { aliases: ['use'] },
)

export const setContext = simple(
  'set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  'Set a context entry in kubeconfig',
  function* (kubectl, args) {
    const { flags } = kubectl
    if (args.length > 1) throw new UserError(`Unexpected args: [${args.join(' ')}]`)
    if (flags.bool('current') === args.length > 0)
      throw new UserError(
        flags.bool('current')
          ? `you cannot specify both a context name and --current`
          : `you must specify a non-empty context name or --current`,
      )
    let name = args[0] ?? ''
    const known = changeConfig(kubectl, (config) => {
      if (flags.bool('current')) name = config['current-context']
      if (!name) throw new UserError('no current context is set')
      const entry = config.contexts.find((one) => one.name === name)
      const given = Object.fromEntries(
        ['cluster', 'user', 'namespace']
          .filter((key) => flags.changed(key))
          .map((key) => [key, flags.string(key)]),
      )
      if (entry) entry.context = { ...entry.context, ...given }
      else config.contexts.push({ name, context: { cluster: '', user: '', ...given } })
      return entry !== undefined
    })
    yield* kubectl.out(`Context "${name}" ${known ? 'modified' : 'created'}.\n`)
    return 0
  },
  { flags: [bool('current', 'Modify the current context')] },
)

export const setCluster = simple(
  'set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  'Set a cluster entry in kubeconfig',
  function* (kubectl, args) {
    const name = onlyName(args)
    changeConfig(kubectl, (config) => {
      const entry = config.clusters.find((one) => one.name === name)
      const cluster = changedCluster(kubectl, entry?.cluster ?? { server: '' })
      if (entry) entry.cluster = cluster
      else config.clusters.push({ name, cluster })
    })
    yield* kubectl.out(`Cluster "${name}" set.\n`)
    return 0
  },
  {
    flags: [
      bool('embed-certs', 'embed-certs for the cluster entry in kubeconfig'),
      text('proxy-url', 'proxy-url for the cluster entry in kubeconfig'),
    ],
  },
)

export const setCredentials = simple(
  'set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]',
  'Set a user entry in kubeconfig',
  function* (kubectl, args) {
    const name = onlyName(args)
    changeConfig(kubectl, (config) => {
      const entry = config.users.find((one) => one.name === name)
      const user = changedUser(kubectl, entry?.user ?? {})
      if (entry) entry.user = user
      else config.users.push({ name, user })
    })
    yield* kubectl.out(`User "${name}" set.\n`)
    return 0
  },
  {
    flags: [
      bool('embed-certs', 'Embed client cert/key for the user entry in kubeconfig'),
      text('exec-command', 'Command for the exec credential plugin for the user entry in kubeconfig'),
      list('auth-provider-arg', "'key=value' arguments for the auth provider"),
    ],
  },
)

function onlyName(args: readonly string[]): string {
  const [name] = args
  if (args.length !== 1 || !name) throw new UserError(`Unexpected args: [${args.join(' ')}]`)
  return name
}

export const set = simple(
  'set PROPERTY_NAME PROPERTY_VALUE',
  'Set an individual value in a kubeconfig file',
  function* (kubectl, args) {
    const [property = '', value] = args
    if (args.length !== 2 || value === undefined) throw new UserError(`Unexpected args: [${args.join(' ')}]`)
    changeConfig(kubectl, (config) => setProperty(config, property, value))
    yield* kubectl.out(`Property "${property}" set.\n`)
    return 0
  },
  {
    flags: [
      bool(
        'set-raw-bytes',
        'When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.',
      ),
    ],
  },
)

export const unset = simple(
  'unset PROPERTY_NAME',
  'Unset an individual value in a kubeconfig file',
  function* (kubectl, args) {
    const [property = ''] = args
    if (args.length !== 1) throw new UserError(`Unexpected args: [${args.join(' ')}]`)
    changeConfig(kubectl, (config) => setProperty(config, property, undefined))
    yield* kubectl.out(`Property "${property}" unset.\n`)
    return 0
  },
)

export const remove = (what: 'context' | 'cluster' | 'user', lists: 'contexts' | 'clusters' | 'users') =>
  simple(
    `delete-${what} NAME`,
    `Delete the specified ${what} from the kubeconfig`,
    function* (kubectl, args) {
      exactly(args, 1)
      const [name = ''] = args
      const path = kubectl.flags.string('kubeconfig') || configPath(kubectl)
      const wasCurrent = changeConfig(kubectl, (config) => {
        const at = config[lists].findIndex((one) => one.name === name)
        if (at < 0) throw new UserError(`cannot delete ${what} ${name}, not in ${path}`)
        config[lists].splice(at, 1)
        return what === 'context' && config['current-context'] === name
      })
      if (wasCurrent)
        yield* kubectl.err(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        )
      yield* kubectl.out(`deleted ${what} ${name} from ${path}\n`)
      return 0
    },
  )

export const renameContext = simple(
  'rename-context CONTEXT_NAME NEW_NAME',
  'Rename a context from the kubeconfig file',
  function* (kubectl, args) {
    exactly(args, 2)
    const [from = '', to = ''] = args
    changeConfig(kubectl, (config) => {
      const entry = config.contexts.find((one) => one.name === from)
      if (!entry)
        throw new UserError(`cannot rename the context "${from}", it's not in ${configPath(kubectl)}`)
      if (config.contexts.some((one) => one.name === to))
        throw new UserError(
          `cannot rename the context "${from}", the context "${to}" already exists in ${configPath(kubectl)}`,
        )
      entry.name = to
      if (config['current-context'] === from) config['current-context'] = to
    })
    yield* kubectl.out(`Context "${from}" renamed to "${to}".\n`)
    return 0
  },
)
