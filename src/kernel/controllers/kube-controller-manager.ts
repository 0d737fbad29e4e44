import { kindOf, kinds } from '../api/kinds/index.ts'
import { goQuote } from '../api/go-quote.ts'
import { groupVersionOf } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'
import { ApiClient } from '../client/api-client.ts'
import { parseFlags } from '../client/component-flags.ts'
import type { ControllerContext } from '../client/controller.ts'
import { EventRecorder } from '../client/event-recorder.ts'
import { Informers } from '../client/informer.ts'
import { clientConfig } from '../client/kubeconfig.ts'
import { LeaderElector } from '../client/leader-election.ts'
import type { ResourceType } from '../client/resource.ts'
import { serveHttp } from '../host/http.ts'
import type { Os, Program } from '../host/program.ts'
import { absolute } from '../host/filesystem.ts'
import { AccountTokens } from './account-tokens.ts'
import { controllerFlags, type ControllerFlags } from './flags.ts'
import type { ControllerOptions } from './options.ts'
import { controllerTable, type ControllerEntry } from './index.ts'

const AGENT = 'kube-controller-manager'
const WAIT_MS = 10_000

/** The program kube-controller-manager (kubernetes: cmd/kube-controller-manager/app/controllermanager.go). */
export const kubeControllerManager: Program = (os) => {
  try {
    os.onSignal('SIGTERM', () => os.exit(0))
    const flags = parseFlags(os.argv.slice(1), controllerFlags)
    const enabled = enabledControllers(flags.controllers)
    const { server, token } = clientConfig(os, {
      kubeconfig: flags.kubeconfig || undefined,
      server: flags.master || undefined,
    })
    const client = new ApiClient(os, { server, token, userAgent: AGENT })
    serveHealth(os, flags)
    const start = () => waitForServer(os, client, () => run(os, client, flags, enabled))
    if (flags['leader-elect']) elect(os, client, flags, start)
    else start()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    os.stderr(`Error: ${error.message}\n`)
    os.exit(1)
  }
}

/** `*` stands for all; `-name` leaves one out, `name` or its old name names it (cmd/.../app IsControllerEnabled). */
export function enabledControllers(wanted: readonly string[]): readonly ControllerEntry[] {
  const known = new Set(controllerTable.flatMap(({ name, alias }) => [name, alias]))
  for (const item of wanted) {
    const name = item.replace(/^-/, '')
    if (item !== '*' && !known.has(name) && !notHere.has(name))
      throw new UserError(`${goQuote(item)} is not in the list of known controllers`)
  }
  return controllerTable.filter(({ name, alias }) => {
    if (wanted.includes(name) || wanted.includes(alias)) return true
    return wanted.includes('*') && !wanted.includes(`-${name}`) && !wanted.includes(`-${alias}`)
  })
}

/** Controllers of upstream whose work others do here; kubeadm and friends name them. */
const notHere = new Set([
  'bootstrapsigner',
  'bootstrap-signer-controller',
  'tokencleaner',
  'token-cleaner-controller',
])

function elect(os: Os, client: ApiClient, flags: ControllerFlags, started: () => void): void {
  const identity = `${os.hostname}_${drawUid(os)}`
  const recorder = new EventRecorder(os, client, { component: identity })
  const options = {
    namespace: flags['leader-elect-resource-namespace'],
    name: flags['leader-elect-resource-name'],
    identity,
    leaseMs: flags['leader-elect-lease-duration'],
    renewDeadlineMs: flags['leader-elect-renew-deadline'],
    retryMs: flags['leader-elect-retry-period'],
    recorder,
  }
  new LeaderElector(os, client.as(`${AGENT}/leader-election`), options, {
    started,
    stopped: () => {
      os.stderr('leaderelection lost\n')
      os.exit(1)
    },
  }).start()
}

/** Nothing works without the API server; after ten seconds somebody else may try (app.WaitForAPIServer). */
function waitForServer(os: Os, client: ApiClient, ready: () => void): void {
  const began = os.now
  const ask = () =>
    client.request({ method: 'GET', path: '/healthz' }, (outcome) => {
      if (!outcome.error && outcome.status === 200) return ready()
      if (os.now - began < WAIT_MS) return void os.after(1000, ask)
      os.stderr('failed to wait for apiserver being healthy: timed out waiting for the condition\n')
      os.exit(1)
    })
  ask()
}

function run(os: Os, client: ApiClient, flags: ControllerFlags, enabled: readonly ControllerEntry[]): void {
  const informers = new Informers(os, client)
  const rootCaFile = flags['root-ca-file']
  const options = { ...flags, rootCa: rootCaFile ? os.fs.read(absolute(os.cwd, rootCaFile)) : '' }
  const accounts = flags['use-service-account-credentials'] ? new AccountTokens(os, client) : undefined
  for (const { name, account = name, make } of enabled) {
    const controller = make()
    const types = controller.kinds.map(typeOf)
    // A kind that is not served is nothing to work on.
    if (types.includes(undefined)) continue
    for (const type of types) if (type) informers.add(type)
    for (const [kind, indexes] of Object.entries(controller.indexes ?? {})) {
      for (const [name, valuesOf] of Object.entries(indexes)) informers.addIndex(kind, name, valuesOf)
    }
    const own = client.as(`${AGENT}/${controller.name}`, {
      qps: flags['kube-api-qps'],
      burst: flags['kube-api-burst'],
      ...(accounts ? { token: () => accounts.of(account) } : {}),
    })
    const context: ControllerContext<ControllerOptions> = {
      os,
      client: own,
      informers,
      recorder: new EventRecorder(os, own, { component: controller.name }),
      options,
      resourceOf,
    }
    const start = () => controller.start(context)
    informers.whenSynced(() => (accounts ? accounts.ready(account, start) : start()), controller.kinds)
  }
  informers.start()
}

const typeOf = (kind: string): ResourceType | undefined =>
  kinds.find((definition) => definition.kind === kind)

function resourceOf({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string
  readonly kind: string
}): ResourceType {
  const type = kindOf(...groupVersionOf(apiVersion), kind)
  if (!type) throw new Error(`no kind ${apiVersion} ${kind}`)
  return type
}

function serveHealth(os: Os, flags: ControllerFlags): void {
  serveHttp(
    os,
    flags['secure-port'],
    ({ request, respond }) => {
      const ok = ['/healthz', '/livez', '/readyz'].includes(request.path.split('?')[0])
      const headers = { 'content-type': 'text/plain; charset=utf-8' }
      respond(
        ok ? { status: 200, headers, body: 'ok' } : { status: 404, headers, body: '404 page not found\n' },
      )
    },
    flags['bind-address'] === '0.0.0.0' ? {} : { address: flags['bind-address'] },
  )
}

const drawUid = (os: Os): string =>
  [8, 4, 4, 4, 12]
    .map((length) => Array.from({ length }, () => Math.floor(os.random() * 16).toString(16)).join(''))
    .join('-')
