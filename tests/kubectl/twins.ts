import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ExecResult } from '../../src/cli/headless.ts'
import type { ServedCluster } from './served-cluster.ts'

/** Lines of a shell that the real kubectl and ours are both given, each in a namespace of its own and with a node of its own. */
export interface Scene {
  readonly name: string
  /** Path below the working directory -> contents. */
  readonly files?: Readonly<Record<string, string>>
  /** `~` before a line: it is done, but what it prints is not compared. `$NS` and `$NODE` are the namespace and the node. */
  readonly lines: readonly string[]
}

/** What both said to one line, after what must differ was masked. */
export interface Compared {
  readonly line: string
  readonly real: ExecResult
  readonly ours: ExecResult
}

/** Play a scene on both sides at once. */
export async function playScene(
  cluster: ServedCluster,
  kubectl: string,
  folder: string,
  scene: Scene,
): Promise<Compared[]> {
  const real = await realSide(cluster, kubectl, join(folder, scene.name), scene)
  const ours = await ourSide(cluster, scene)
  const [left, right] = await Promise.all([playOn(scene, real), playOn(scene, ours)])
  return scene.lines.flatMap((line, i) =>
    line.startsWith('~') ? [] : [{ line, real: masked(left[i], scene), ours: masked(right[i], scene) }],
  )
}

type Side = (line: string) => Promise<ExecResult>

async function playOn(scene: Scene, side: Side): Promise<ExecResult[]> {
  const results: ExecResult[] = []
  for (const line of scene.lines) results.push(await side(line.replace(/^~ */, '')))
  return results
}

async function realSide(
  cluster: ServedCluster,
  kubectl: string,
  folder: string,
  scene: Scene,
): Promise<Side> {
  mkdirSync(join(folder, 'bin'), { recursive: true })
  symlinkSync(kubectl, join(folder, 'bin', 'kubectl'))
  mkdirSync(join(folder, 'work'))
  for (const [path, text] of Object.entries(scene.files ?? {})) {
    mkdirSync(dirname(join(folder, 'work', path)), { recursive: true })
    writeFileSync(join(folder, 'work', path), text)
  }
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig(cluster.url, `${scene.name}-r`))
  const env = {
    PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
    HOME: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
    NS: `${scene.name}-r`,
    NODE: 'node-1',
    TZ: 'UTC',
  }
  const side: Side = (line) => bash(line, join(folder, 'work'), env)
  await side(`kubectl create namespace ${scene.name}-r`)
  return side
}

async function ourSide(cluster: ServedCluster, scene: Scene): Promise<Side> {
  const home = `/root/${scene.name}`
  const setUp = `export KUBECONFIG=${home}/kubeconfig HOME=${home} NS=${scene.name}-o NODE=node-2; cd ${home}/work; `
  await cluster.exec('laptop', `mkdir -p ${home}/work; cp /root/.kube/config ${home}/kubeconfig`)
  for (const [path, text] of Object.entries(scene.files ?? {}))
    cluster.writeFile(`${home}/work/${path}`, text)
  await cluster.exec(
    'laptop',
    `${setUp} kubectl config set-context --current --namespace=$NS; kubectl create namespace $NS`,
  )
  return (line) => cluster.exec('laptop', setUp + line)
}

function bash(line: string, cwd: string, env: Record<string, string>): Promise<ExecResult> {
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data) => (stdout += data))
    child.stderr.on('data', (data) => (stderr += data))
    child.on('close', (status) => resolve({ stdout, stderr, exitCode: status ?? -1 }))
  })
}

const kubeconfig = (server: string, namespace: string): string => `apiVersion: v1
kind: Config
clusters: [{name: kubernetes, cluster: {server: '${server}'}}]
contexts: [{name: c, context: {cluster: kubernetes, user: u, namespace: ${namespace}}}]
current-context: c
users: [{name: u, user: {}}]
`

function masked({ stdout, stderr, exitCode }: ExecResult, scene: Scene): ExecResult {
  return { stdout: mask(stdout, scene), stderr: mask(stderr, scene), exitCode }
}

/** What no two clusters, namespaces or moments share. Columns are as wide as their contents, so runs of blanks are one. */
const mask = (text: string, scene: Scene): string =>
  text
    .replaceAll(new RegExp(`(?<![a-z0-9])${scene.name}-[ro]\\b`, 'g'), '<ns>')
    .replace(/\bnode-[12]\b/g, '<node>')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/\b[0-9a-f]{64}\b/g, '<id>')
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w-])/g, '-<random>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, '<time>')
    .replace(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( \+0000)?( UTC)?/g, '<time>')
    .replace(/\b(?:10\.(?:9[6-9]|10\d|11[01]|244)\.\d+\.\d+|192\.168\.64\.\d+)\b/g, '<ip>')
    .replace(/(resourceVersion"?: ?)"\d+"/g, '$1<rv>')
    .replace(/\b3[0-2]\d{3}\b/g, '<port>')
    .replace(/(?<=[ \t(]|^)(\d+[smhd]){1,2}(?=$|[ \t)])/gm, '<age>')
    .replace(/\S*\/(LIVE|MERGED)-\d+\//g, '<$1>/')
    .replace(/^E\d{4} .*memcache\.go.*\n/gm, '')
    .replace(/[^\s':]*\/tabernetes-twins-\w+\/\w+\/work/g, '<cwd>')
    .replace(/\/root\/\w+\/work/g, '<cwd>')
    .replace(/ {2,}/g, '  ')
    .replace(/-{4,}/g, '----')
