import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Real clients: $KUBECTL, those of a Google Cloud SDK, or the one on the PATH. */
const SDK = '/usr/lib/google-cloud-sdk/bin'

function clients(): string[] {
  if (process.env['KUBECTL']) return [process.env['KUBECTL']]
  if (existsSync(SDK)) {
    const found = readdirSync(SDK)
      .filter((name) => /^kubectl\.1\.\d+$/.test(name))
      .sort()
    const newest = found.includes('kubectl.1.32') ? ['kubectl.1.32'] : found.slice(-1)
    if (newest.length) return newest.map((name) => join(SDK, name))
  }
  return spawnSync('kubectl', ['version', '--client']).status === 0 ? ['kubectl'] : []
}

const [kubectl] = clients()
if (!kubectl)
  console.log('real kubectl: skipped, there is none on this machine (set KUBECTL=/path/to/kubectl)')

const folder = mkdtempSync(join(tmpdir(), 'tabernetes-kubectl-'))
const manifest = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const root = new URL('../..', import.meta.url).pathname
let server: ChildProcess
let address = ''

beforeAll(async () => {
  if (!kubectl) return
  server = spawn(process.execPath, ['bin/tabernetes.mjs', 'serve', '--port', '0', '--nodes', '2'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  address = await new Promise<string>((resolve, reject) => {
    let printed = ''
    server.stdout?.on('data', (data) => {
      printed += data
      const [, url] = /listening on (\S+)/.exec(printed) ?? []
      if (url) resolve(url)
    })
    server.on('exit', (code) => reject(new Error(`serve ended with ${code}`)))
  })
})

afterAll(() => {
  server?.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

interface Called {
  readonly stdout: string
  readonly stderr: string
  readonly status: number | null
}

function call(
  line: string | readonly string[],
  { input, timeoutMs = 90_000 }: { input?: string; timeoutMs?: number } = {},
): Promise<Called> {
  const args = typeof line === 'string' ? line.split(' ') : line
  return new Promise((resolve) => {
    const child = spawn(kubectl, ['-s', address, '--cache-dir', join(folder, 'cache'), ...args], {
      env: { ...process.env, KUBECONFIG: '/dev/null', HOME: folder },
    })
    const timer = setTimeout(() => child.kill('SIGINT'), timeoutMs)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data) => (stdout += data))
    child.stderr.on('data', (data) => (stderr += data))
    child.stdin.end(input ?? '')
    child.on('close', (status) => {
      clearTimeout(timer)
      resolve({ stdout, stderr, status })
    })
  })
}

const CM = `apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {a: "1"}
`

/** In order, on one cluster: what is called, what must be printed, and the exit status when it is not 0. */
const commands: readonly [string | readonly string[], RegExp, number?][] = [
  ['version', /Server Version: v1\.32\./],
  ['api-resources', /^deployments +deploy +apps\/v1 +true +Deployment$/m],
  ['api-versions', /^discovery\.k8s\.io\/v1$/m],
  ['cluster-info', /Kubernetes control plane.* is running at/],
  ['get nodes', /^node-1 +Ready +<none> +\S+ +v1\.32\./m],
  ['get nodes -o wide', /INTERNAL-IP.*\n(.*\n)*node-2 .*192\.168\.64\.102/],
  ['get nodes -o json', /"kind": "List"/],
  ['get node node-1 -o yaml', /^kind: Node$/m],
  ['get nodes -o name', /^node\/node-1$/m],
  ['get nodes -o jsonpath={.items[*].metadata.name}', /^control-plane node-1 node-2$/],
  ['get nodes -o custom-columns=N:.metadata.name', /^N\ncontrol-plane\n/],
  ['get pods -A', /kube-system +kube-apiserver-control-plane +1\/1 +Running/],
  ['create deployment web --image=nginx:1.27 --replicas=2', /^deployment\.apps\/web created$/m],
  ['rollout status deployment/web --timeout=80s', /successfully rolled out/],
  ['wait --for=condition=Available deployment/web --timeout=30s', /condition met/],
  ['get deployment web', /^web +2\/2 +2 +2 /m],
  ['get rs,pods -l app=web', /pod\/web-[a-z0-9]+-[a-z0-9]{5} +1\/1 +Running/],
  ['describe deployment web', /Replicas: +2 desired \| 2 updated \| 2 total \| 2 available/],
  ['describe node node-1', /Container Runtime Version: +containerd:/],
  ['exec deploy/web -- sh -c exit 3'.split(/ (?!3)/).map((word) => word.replace('\\', '')), /^$/, 3],
  ['exec deploy/web -- hostname', /^web-[a-z0-9-]+$/m],
  ['logs deploy/web --tail=5', /^/],
  ['scale deployment/web --replicas=3', /scaled/],
  ['label deployment web tier=front', /labeled/],
  ['annotate deployment web note=hello', /annotated/],
  [['patch', 'deployment', 'web', '-p', '{"spec":{"replicas":1}}'], /patched/],
  [
    [
      'patch',
      'deployment',
      'web',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/replicas","value":2}]',
    ],
    /patched/,
  ],
  ['set image deployment/web nginx=nginx:1.28', /image updated/],
  ['rollout status deployment/web --timeout=80s', /successfully rolled out/],
  ['rollout history deployment/web', /^2 +<none>$/m],
  ['rollout undo deployment/web', /rolled back/],
  ['rollout pause deployment/web', /paused/],
  ['rollout resume deployment/web', /resumed/],
  ['rollout restart deployment/web', /restarted/],
  ['expose deployment web --port=80', /^service\/web exposed$/m],
  ['get svc web', /^web +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80\/TCP/m],
  ['explain pod.spec.containers.image', /FIELD: image <string>/],
  ['explain deployment --recursive', /replicas\t<integer>/],
  [['apply', '-f', manifest('cm.yaml', CM)], /^configmap\/conf created$/m],
  [['apply', '-f', manifest('cm.yaml', CM)], /^configmap\/conf unchanged$/m],
  [['diff', '-f', manifest('cm2.yaml', CM.replace('"1"', '"2"'))], /^\+ {2}a: "2"$/m, 1],
  [['apply', '-f', join(folder, 'cm2.yaml')], /^configmap\/conf configured$/m],
  [
    ['apply', '--server-side', '--force-conflicts', '-f', join(folder, 'cm.yaml')],
    /^configmap\/conf serverside-applied$/m,
  ],
  [['create', '-f', manifest('bad.yaml', CM.replace('data:', 'dat:').replace('conf', 'bad'))], /^$/, 1],
  ['run one --image=busybox --restart=Never -- sh -c echo$IFS"hello"', /^pod\/one created$/m],
  ['wait --for=jsonpath={.status.phase}=Succeeded pod/one --timeout=60s', /condition met/],
  ['logs one', /^hello$/m],
  ['run two --image=busybox --restart=Never -i --rm -- echo from-two', /from-two/],
  ['cordon node-1', /cordoned/],
  ['uncordon node-1', /uncordoned/],
  ['taint nodes node-1 a=b:NoSchedule', /tainted/],
  ['taint nodes node-1 a-', /untainted/],
  ['drain node-2 --ignore-daemonsets --force --timeout=80s', /drained/],
  ['uncordon node-2', /uncordoned/],
  ['get events', /ScalingReplicaSet/],
  ['get pod nosuch', /^$/, 1],
  ['get nosuch', /^$/, 1],
  ['delete deployment web', /^deployment\.apps "web" deleted$/m],
  ['delete configmap conf', /^configmap "conf" deleted$/m],
  ['get configmap conf', /^$/, 1],
]

describe.skipIf(!kubectl)('the real kubectl drives the headless cluster', () => {
  it.each(commands.map((command, i) => [i, ...command] as const))(
    '%i: %s',
    async (_i, line, printed, status = 0) => {
      const { stdout, stderr, status: got } = await call(line)
      expect(got, stderr).toBe(status)
      expect(stdout).toMatch(printed)
    },
    120_000,
  )

  it('streams: get -w shows what happens until it is interrupted', async () => {
    const watch = call('get configmaps -w --output-watch-events', { timeoutMs: 4000 })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await call('create configmap seen --from-literal=a=b')
    expect((await watch).stdout).toMatch(/ADDED +seen +1/)
  })
})
