import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import {
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  type V1Pod,
  type V1Status,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
let server: ChildProcess
const config = new KubeConfig()
const folder = mkdtempSync(join(tmpdir(), 'tabernetes-client-'))
const kubeconfig = join(folder, 'config')

beforeAll(async () => {
  const options = ['--port', '0', '--nodes', '2', '--pace', 'max', '--kubeconfig', kubeconfig]
  server = spawn(process.execPath, ['bin/tabernetes.mjs', 'serve', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    server.stdout?.on('data', (data) => {
      if (String(data).includes('listening on ')) resolve()
    })
    server.on('exit', (code) => reject(new Error(`serve ended with ${code}`)))
  })
  config.loadFromFile(kubeconfig)
})

afterAll(() => {
  server?.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

const labels = { app: 'web' }
const deployment = (replicas: number) => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
  },
})
const isReady = (pod: V1Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

/** Until something is so; what it is waiting for comes from the cluster, not from a clock. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('@kubernetes/client-node, as it is', () => {
  it('an informer hears of pods that come, become ready and go', async () => {
    const core = config.makeApiClient(CoreV1Api)
    const apps = config.makeApiClient(AppsV1Api)
    const known = new Map<string, V1Pod>()
    const heard: string[] = []
    const informer = makeInformer(config, '/api/v1/namespaces/default/pods', () =>
      core.listNamespacedPod({ namespace: 'default' }),
    )
    for (const verb of ['add', 'update'] as const)
      informer.on(verb, (pod) => {
        heard.push(verb)
        known.set(pod.metadata?.name ?? '', pod)
      })
    informer.on('delete', (pod) => void known.delete(pod.metadata?.name ?? ''))
    await informer.start()
    await apps.createNamespacedDeployment({ namespace: 'default', body: deployment(3) })
    await until(() => [...known.values()].filter(isReady).length === 3)
    await apps.patchNamespacedDeployment({
      name: 'web',
      namespace: 'default',
      body: [{ op: 'replace', path: '/spec/replicas', value: 1 }],
    })
    await until(() => known.size === 1)
    expect(heard).toContain('add')
    expect(heard).toContain('update')
    await informer.stop()
  })

  it('reads a log, runs a command in a pod and gets its exit status', async () => {
    const core = config.makeApiClient(CoreV1Api)
    const { items } = await core.listNamespacedPod({ namespace: 'default', labelSelector: 'app=web' })
    const name = items.find(isReady)?.metadata?.name ?? ''
    const log = new PassThrough()
    let text = ''
    log.on('data', (data) => (text += data))
    const ended = new Promise((resolve) => log.once('end', resolve))
    await new Log(config).log('default', name, 'web', log, {})
    await ended
    expect(text).toContain('start worker process')
    const { status, printed } = await run(name, ['sh', '-c', 'echo hello; hostname; exit 3'])
    expect(printed).toBe(`hello\n${name}\n`)
    expect(status.details?.causes).toEqual([{ reason: 'ExitCode', message: '3' }])
  })

  it('is refused in the words of the API', async () => {
    const core = config.makeApiClient(CoreV1Api)
    const missing = await core
      .readNamespacedPod({ name: 'nosuch', namespace: 'default' })
      .catch((error) => error)
    expect(missing.code).toBe(404)
    expect(JSON.parse(missing.body)).toMatchObject({ reason: 'NotFound', message: 'pods "nosuch" not found' })
  })
})

async function run(pod: string, command: string[]): Promise<{ status: V1Status; printed: string }> {
  let printed = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      printed += chunk
      done()
    },
  })
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config).exec('default', pod, 'web', command, stdout, null, null, false, resolve).catch(reject)
  })
  return { status, printed }
}
