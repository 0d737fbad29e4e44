import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { bool, list, text } from '../flag-spec.ts'
import { printJson } from '../printers/json.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import type { KubeLike } from '../kubectl.ts'
import { TextTable } from '../text-table.ts'
import {
  changeConfig,
  configPath,
  flatten,
  minified,
  readConfig,
  redacted,
  setProperty,
  type MutableConfig,
} from './config-file.ts'

const simple = (
  use: string,
  short: string,
  run: NonNullable<Command['run']>,
  more: Partial<Command> = {},
): Command => ({ use, short, run, ...more })

const exactly = (args: readonly string[], count: number, use: string) => {
  if (args.length !== count) throw new UserError(`accepts ${count} arg(s), received ${args.length}`)
  void use
}

const view = simple(
  'view [flags]',
  'Display merged kubeconfig settings or a specified kubeconfig file',
  function* (kubectl) {
    const { flags } = kubectl
    let config = readConfig(kubectl)
    if (flags.bool('minify')) config = minified(kubectl, config)
    if (flags.bool('flatten')) config = flatten(kubectl, config)
    const shown =
      flags.bool('raw') || (flags.bool('flatten') && flags.bool('raw')) ? config : redacted(config)
    const printable =
      flags.string('output') === 'json'
        ? `${printJson(shown, '    ')}\n`
        : printerFor(kubectl, '').print(shown as unknown as KubeLike)
    yield* kubectl.out(printable)
    return 0
  },
  {
    flags: [
      ...printFlags.map((flag) => (flag.name === 'output' ? { ...flag, initial: 'yaml' } : flag)),
      bool('raw', 'Display raw byte data and sensitive data'),
      bool('minify', 'Remove all information not used by current-context from the output'),
      bool(
        'flatten',
        'Flatten the resulting kubeconfig file into self-contained output (useful for creating portable kubeconfig files)',
      ),
      bool('merge', 'Merge the full hierarchy of kubeconfig files', { initial: 'true' }),
    ],
  },
)

const currentContext = simple('current-context', 'Display the current-context', function* (kubectl) {
  const current = readConfig(kubectl)['current-context']
  if (!current) throw new UserError('current-context is not set')
  yield* kubectl.out(`${current}\n`)
  return 0
})

const getContexts = simple(
  'get-contexts [(-o|--output=)name)]',
  'Describe one or many contexts',
  function* (kubectl, args) {
    const config = readConfig(kubectl)
    const names = args.length ? [...args] : config.contexts.map(({ name }) => name).sort()
    const missing = names.filter((name) => !config.contexts.some((one) => one.name === name))
    const shown = names.filter((name) => !missing.includes(name))
    if (kubectl.flags.string('output') === 'name')
      yield* kubectl.out(shown.map((name) => `${name}\n`).join(''))
    else {
      const rows = shown.map((name) => {
        const {
          cluster = '',
          user = '',
          namespace = '',
        } = config.contexts.find((one) => one.name === name)?.context ?? {}
        return [name === config['current-context'] ? '*' : '', name, cluster, user, namespace]
      })
      const head = kubectl.flags.bool('no-headers')
        ? []
        : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']]
      yield* kubectl.out(new TextTable().print([...head, ...rows]))
    }
    if (missing.length) throw new UserError(missing.map((name) => `context ${name} not found`).join('; '))
    return 0
  },
  {
    flags: [
      bool(
        'no-headers',
        "When using the default or custom-column output format, don't print headers (default print headers).",
      ),
      text('output', 'Output format. One of: (name).', { short: 'o' }),
    ],
  },
)

const names = (
  use: string,
  short: string,
  pick: (config: MutableConfig) => readonly { readonly name: string }[],
) =>
  simple(use, short, function* (kubectl) {
    const found = pick(readConfig(kubectl))
      .map(({ name }) => name)
      .sort()
    yield* kubectl.out(`NAME\n${found.map((name) => `${name}\n`).join('')}`)
    return 0
  })

const useContext = simple(
  'use-context CONTEXT_NAME',
  'Set the current-context in a kubeconfig file',
  function* (kubectl, args) {
    exactly(args, 1, 'use-context')
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

const setContext = simple(
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

const setCluster = simple(
  'set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  'Set a cluster entry in kubeconfig',
  function* (kubectl, args) {
    const { flags } = kubectl
    const [name] = args
    if (args.length !== 1 || !name) throw new UserError(`Unexpected args: [${args.join(' ')}]`)
    changeConfig(kubectl, (config) => {
      const given: Record<string, unknown> = {}
      for (const key of ['server', 'tls-server-name', 'proxy-url', 'certificate-authority'])
        if (flags.changed(key)) given[key] = flags.string(key)
      if (flags.changed('insecure-skip-tls-verify'))
        given['insecure-skip-tls-verify'] = flags.bool('insecure-skip-tls-verify')
      const entry = config.clusters.find((one) => one.name === name)
      if (entry) entry.cluster = { ...entry.cluster, ...given }
      else config.clusters.push({ name, cluster: { server: '', ...given } })
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

const setCredentials = simple(
  'set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]',
  'Set a user entry in kubeconfig',
  function* (kubectl, args) {
    const { flags } = kubectl
    const [name] = args
    if (args.length !== 1 || !name) throw new UserError(`Unexpected args: [${args.join(' ')}]`)
    changeConfig(kubectl, (config) => {
      const given: Record<string, unknown> = {}
      for (const key of ['token', 'username', 'password', 'client-certificate', 'client-key'])
        if (flags.changed(key)) given[key] = flags.string(key)
      const entry = config.users.find((one) => one.name === name)
      if (entry) entry.user = { ...entry.user, ...given }
      else config.users.push({ name, user: given })
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

const set = simple(
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

const unset = simple(
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

const remove = (what: 'context' | 'cluster' | 'user', lists: 'contexts' | 'clusters' | 'users') =>
  simple(
    `delete-${what} NAME`,
    `Delete the specified ${what} from the kubeconfig`,
    function* (kubectl, args) {
      exactly(args, 1, `delete-${what}`)
      const [name = ''] = args
      const path = configPath(kubectl)
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

const renameContext = simple(
  'rename-context CONTEXT_NAME NEW_NAME',
  'Rename a context from the kubeconfig file',
  function* (kubectl, args) {
    exactly(args, 2, 'rename-context')
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

export const config: Command = {
  use: 'config SUBCOMMAND',
  short: 'Modify kubeconfig files',
  long: 'Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".',
  group: 'Other Commands',
  commands: [
    currentContext,
    remove('cluster', 'clusters'),
    remove('context', 'contexts'),
    remove('user', 'users'),
    names('get-clusters', 'Display clusters defined in the kubeconfig', ({ clusters }) => clusters),
    getContexts,
    names('get-users', 'Display users defined in the kubeconfig', ({ users }) => users),
    renameContext,
    set,
    setCluster,
    setContext,
    setCredentials,
    unset,
    useContext,
    view,
  ],
}
