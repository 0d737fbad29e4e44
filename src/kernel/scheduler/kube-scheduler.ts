import { ApiClient } from '../client/api-client.ts'
import { bool, duration, number, parseFlags, text } from '../client/component-flags.ts'
import { EventRecorder } from '../client/event-recorder.ts'
import { clientConfig } from '../client/kubeconfig.ts'
import { LeaderElector } from '../client/leader-election.ts'
import { serveHttp } from '../host/http.ts'
import type { Os, Program } from '../host/program.ts'
import { UserError } from '../api/user-error.ts'
import { parseYaml } from '../api/yaml/parse-yaml.ts'
import { absolute } from '../host/filesystem.ts'
import { profilesOf, type Configuration } from './configuration.ts'
import { defaultProfile } from './plugins/index.ts'
import { Scheduler } from './scheduler.ts'

const flags = {
  config: text('', 'the path to the configuration file'),
  kubeconfig: text('', 'path to kubeconfig file with authorization and master location information'),
  'authentication-kubeconfig': text('', 'kubeconfig file for delegated authentication'),
  'authorization-kubeconfig': text('', 'kubeconfig file for delegated authorization'),
  'bind-address': text('0.0.0.0', 'the IP address on which to listen for the --secure-port port'),
  'secure-port': number(10259, 'the port on which to serve'),
  'leader-elect': bool(
    true,
    'start a leader election client and gain leadership before executing the main loop',
  ),
  'leader-elect-lease-duration': duration(
    15_000,
    'how long non-leader candidates wait before they take over',
  ),
  'leader-elect-renew-deadline': duration(10_000, 'how long the leader tries to renew before it gives up'),
  'leader-elect-retry-period': duration(2000, 'how long clients wait between tries'),
  'leader-elect-resource-namespace': text('kube-system', 'namespace of the lock'),
  'leader-elect-resource-name': text('kube-scheduler', 'name of the lock'),
  'kube-api-qps': number(50, 'QPS to use while talking with kubernetes apiserver'),
  'kube-api-burst': number(100, 'burst to use while talking with kubernetes apiserver'),
  v: number(0, 'number for the log level verbosity'),
}

/** The program kube-scheduler (kubernetes: cmd/kube-scheduler). */
export const kubeScheduler: Program = (os) => {
  try {
    start(os, parseFlags(os.argv.slice(1), flags))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    os.stderr(`Error: ${error.message}\n`)
    os.exit(1)
  }
}

type Values = ReturnType<typeof parseFlags<typeof flags>>

function start(os: Os, values: Values): void {
  // A container's first process dies of no signal that it does not handle.
  os.onSignal('SIGTERM', () => os.exit(0))
  const configuration = configurationOf(os, values.config)
  const kubeconfig = values.kubeconfig || configuration?.clientConnection?.kubeconfig || undefined
  const { server, token } = clientConfig(os, { kubeconfig })
  const client = new ApiClient(os, { server, token, userAgent: 'kube-scheduler' })
  const profiles = configuration
    ? profilesOf(configuration)
    : [{ name: 'default-scheduler', plugins: defaultProfile, percentage: 0 }]
  const events = client.as('kube-scheduler/events')
  const recorders = new Map(
    profiles.map(({ name }) => [name, new EventRecorder(os, events, { component: name })]),
  )
  const recorder = recorders.values().next().value as EventRecorder
  const scheduler = new Scheduler(os, client, (name) => recorders.get(name) ?? recorder, { profiles })
  serveHttp(os, values['secure-port'], ({ request, respond }) => {
    const ok = ['/healthz', '/livez', '/readyz'].includes(request.path.split('?')[0])
    respond({
      status: ok ? 200 : 404,
      headers: { 'content-type': 'text/plain' },
      body: ok ? 'ok' : '404 page not found\n',
    })
  })
  if (!values['leader-elect'] || configuration?.leaderElection?.leaderElect === false) return scheduler.run()
  const elector = new LeaderElector(
    os,
    client.as('kube-scheduler/leader-election'),
    {
      namespace: values['leader-elect-resource-namespace'],
      name: values['leader-elect-resource-name'],
      identity: `${os.hostname}_${identity(os)}`,
      leaseMs: values['leader-elect-lease-duration'],
      renewDeadlineMs: values['leader-elect-renew-deadline'],
      retryMs: values['leader-elect-retry-period'],
      recorder,
    },
    {
      started: () => scheduler.run(),
      stopped: () => {
        os.stderr('Leaderelection lost\n')
        os.exit(1)
      },
    },
  )
  elector.start()
}

/** The file that --config names. */
function configurationOf(os: Os, path: string): Configuration | undefined {
  if (!path) return undefined
  try {
    return parseYaml(os.fs.read(absolute(os.cwd, path))) as Configuration
  } catch (error) {
    throw new UserError(`open ${path}: ${(error as Error).message}`)
  }
}

const identity = (os: Os): string =>
  [8, 4, 4, 4, 12]
    .map((length) => Array.from({ length }, () => Math.floor(os.random() * 16).toString(16)).join(''))
    .join('-')
