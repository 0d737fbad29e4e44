import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import { bool, text } from '../flag-spec.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { TextTable } from '../text-table.ts'
import { allNamespacesFlag } from './shared-flags.ts'

const AUTHORIZATION = '/apis/authorization.k8s.io/v1'

const canI: Command = {
  use: 'can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  short: 'Check whether an action is allowed',
  flags: [
    allNamespacesFlag,
    bool('quiet', 'If true, suppress output and just return the exit code.', { short: 'q' }),
    text('subresource', 'SubResource such as pod/log or deployment/scale'),
    bool('list', 'If true, prints all allowed actions.'),
    bool('no-headers', 'If true, prints allowed actions without headers'),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (flags.bool('list')) return yield* listRules(kubectl)
    if (args.length < 1 || args.length > 3)
      throw new UserError(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      )
    if (args.length === 1)
      throw new UserError(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      )
    const spec = yield* attributes(kubectl, args)
    const body = {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: { creationTimestamp: null },
      spec,
      status: { allowed: false },
    }
    const answer = yield* kubectl.api.call({
      method: 'POST',
      path: `${AUTHORIZATION}/selfsubjectaccessreviews`,
      body,
    })
    const {
      allowed = false,
      reason = '',
      evaluationError = '',
    } = (answer['status'] ?? {}) as { allowed?: boolean; reason?: string; evaluationError?: string }
    if (!flags.bool('quiet')) {
      const why = `${reason ? ` - ${reason}` : ''}${evaluationError ? ` - ${evaluationError}` : ''}`
      yield* kubectl.out(allowed ? 'yes\n' : `no${why}\n`)
    }
    return allowed ? 0 : 1
  },
}

/** kubectl: auth/cani.go resourceVerbs */
const verbs = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate approve sign escalate attest *'.split(
    ' ',
  ),
)

function* attributes(kubectl: Kubectl, [verb = '', target = '', extra]: readonly string[]): Sys<JsonObject> {
  const { flags } = kubectl
  if (target.startsWith('/')) return { nonResourceAttributes: { path: target, verb } }
  const [typed = '', inline] = target.split('/')
  const name = extra ?? inline
  const mapper = yield* kubectl.mapper()
  let resource: { group: string; plural: string; namespaced: boolean } = {
    group: '',
    plural: typed,
    namespaced: true,
  }
  if (typed !== '*') {
    try {
      resource = mapper.named(typed)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      kubectl.warn(`the server doesn't have a resource type '${typed}'\n`)
      const [plural = '', ...group] = typed.split('.')
      resource = { group: group.join('.'), plural, namespaced: true }
    }
  }
  if (!verbs.has(verb)) kubectl.warn(`verb '${verb}' is not a known verb\n`)
  const namespace = flags.bool('all-namespaces') ? '' : kubectl.namespace
  if (!resource.namespaced && !flags.bool('all-namespaces'))
    kubectl.warn(
      `resource '${resource.plural}' is not namespace scoped${resource.group ? ` in group '${resource.group}'` : ''}\n`,
    )
  return {
    resourceAttributes: {
      ...(namespace ? { namespace } : {}),
      verb,
      ...(resource.group ? { group: resource.group } : {}),
      resource: resource.plural,
      ...(flags.string('subresource') ? { subresource: flags.string('subresource') } : {}),
      ...(name ? { name } : {}),
    },
  }
}

interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

function* listRules(kubectl: Kubectl): Sys<number> {
  const body = {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: { namespace: kubectl.namespace },
    status: { resourceRules: null, nonResourceRules: null, incomplete: false },
  }
  const answer = yield* kubectl.api.call({
    method: 'POST',
    path: `${AUTHORIZATION}/selfsubjectrulesreviews`,
    body,
  })
  const status = (answer['status'] ?? {}) as RulesStatus
  if (status.incomplete) kubectl.warn(`the list may be incomplete: ${status.evaluationError ?? ''}`)
  const sorted = ruleRows(status)
    .map((row, i) => ({ ...row, i }))
    .sort((a, b) => rank(a.verbs) - rank(b.verbs) || a.i - b.i)
  const head = kubectl.flags.bool('no-headers')
    ? []
    : [['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']]
  yield* kubectl.out(new TextTable().print([...head, ...sorted.map(({ cells }) => cells)]))
  return 0
}

interface RulesStatus {
  readonly resourceRules?: readonly Rule[] | null
  readonly nonResourceRules?: readonly Rule[] | null
  readonly incomplete?: boolean
  readonly evaluationError?: string
}

function ruleRows({ resourceRules, nonResourceRules }: RulesStatus) {
  const list = (items: readonly string[]) => `[${items.join(' ')}]`
  return [
    ...(resourceRules ?? []).flatMap(({ verbs, apiGroups = [], resources = [], resourceNames = [] }) =>
      apiGroups.flatMap((group) =>
        resources.map((resource) => ({
          verbs,
          cells: [qualified(resource, group), '[]', list(resourceNames), list(verbs)],
        })),
      ),
    ),
    ...(nonResourceRules ?? []).flatMap(({ verbs, nonResourceURLs = [] }) =>
      nonResourceURLs.map((url) => ({ verbs, cells: ['', list([url]), '[]', list(verbs)] })),
    ),
  ]
}

const qualified = (resource: string, group: string) => (group ? `${resource}.${group}` : resource)
const rank = (verbs: readonly string[]) => (verbs.includes('*') ? 0 : 1)

const whoami: Command = {
  use: 'whoami',
  short: 'Experimental: Check self subject attributes',
  flags: printFlags,
  *run(kubectl) {
    const body = {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: null },
      status: { userInfo: {} },
    }
    const answer = yield* kubectl.api.call({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body,
    })
    if (kubectl.flags.string('output')) {
      yield* kubectl.out(printerFor(kubectl, '').print(answer as KubeLike))
      return 0
    }
    const {
      username = '',
      uid = '',
      groups = [],
      extra = {},
    } = ((answer['status'] as { userInfo?: JsonObject } | undefined)?.userInfo ?? {}) as {
      username?: string
      uid?: string
      groups?: readonly string[]
      extra?: Record<string, readonly string[]>
    }
    const rows = [
      ['ATTRIBUTE', 'VALUE'],
      ['Username', username],
      ...(uid ? [['UID', uid]] : []),
      ...(groups.length ? [['Groups', `[${groups.join(' ')}]`]] : []),
      ...Object.keys(extra)
        .sort()
        .map((key) => [`Extra: ${key}`, `[${(extra[key] ?? []).join(' ')}]`]),
    ]
    yield* kubectl.out(new TextTable().print(rows))
    return 0
  },
}

export const auth: Command = {
  use: 'auth',
  short: 'Inspect authorization',
  long: 'Inspect authorization.',
  group: 'Troubleshooting and Debugging Commands',
  commands: [canI, whoami],
}
