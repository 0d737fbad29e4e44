import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { bool, text } from '../flag-spec.ts'
import { printJson } from '../printers/json.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import type { KubeLike } from '../kubectl.ts'
import { TextTable } from '../text-table.ts'
import {
  remove,
  renameContext,
  set,
  setCluster,
  setContext,
  setCredentials,
  unset,
  useContext,
} from './config-changes.ts'
import { flatten, minified, readConfig, redacted, type MutableConfig } from './config-file.ts'
import { simple } from './config-parts.ts'

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
        ? `${printJson(shown, '    ', '', order)}\n`
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

/** Members in the order of Go's structs (client-go: tools/clientcmd/api/v1 types.go). */
const order = [
  'kind',
  'apiVersion',
  'preferences',
  'name',
  'cluster',
  'user',
  'context',
  'clusters',
  'users',
  'contexts',
  'current-context',
]

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
