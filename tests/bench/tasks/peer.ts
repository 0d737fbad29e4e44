import { BaseImage, Cluster, type ProcessContext } from '@ngrok/webernetes'
import { stopwatch, type Cost } from './stopwatch.ts'

/** A web server, as in the peer's README: the peer brings none of its own. */
class WebImage extends BaseImage {
  static readonly imageName = 'web'
  static readonly imageVersion = '1.0'
  readonly defaultCommand = ['server']

  override async exec(ctx: ProcessContext, argv: readonly string[]): Promise<number> {
    if (argv[0] !== 'server') return await super.exec(ctx, argv)
    ctx.listenHttp(80, async () => ({ status: 200, body: 'hello, world\n' }))
    return await ctx.waitUntilKilled()
  }
}

/** `@ngrok/webernetes`: the cost from nothing until its own pods may be made. */
export async function peerBootTask({ nodes }: { nodes: number }): Promise<Cost> {
  const cost = stopwatch()
  await started(nodes)
  return cost()
}

/** `@ngrok/webernetes`: the cost from the creation of a Deployment until all its replicas are Ready. */
export async function peerDeployTask(options: { replicas: number; nodes: number }): Promise<Cost> {
  const { replicas, nodes } = options
  const cluster = await started(nodes)
  let done = () => {}
  const ready = new Promise<void>((resolve) => {
    done = resolve
  })
  const informer = cluster.informer(
    'deployments',
    (_type, { status }) => {
      if (status?.readyReplicas === replicas) done()
    },
    { namespace: 'default' },
  )
  await informer.start()
  const cost = stopwatch()
  await cluster.apply([deployment(replicas)])
  await ready
  return cost()
}

async function started(nodes: number): Promise<Cluster> {
  const cluster = new Cluster({ nodes })
  cluster.registerImage(WebImage)
  await cluster.init()
  return cluster
}

const deployment = (replicas: number) => ({
  apiVersion: 'apps/v1' as const,
  kind: 'Deployment' as const,
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1.0', ports: [{ containerPort: 80 }] }] },
    },
  },
})
