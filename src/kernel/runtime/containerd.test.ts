import { expect, test } from 'vitest'
import { HttpClient } from '../host/http.ts'
import { startTask } from '../host/task.ts'
import type { Sys } from '../host/sys.ts'
import { CriClient } from './cri-client.ts'
import type { ContainerConfig, PodSandboxConfig } from './cri.ts'
import { runtimePrograms } from './programs.ts'
import { CNI_CONFIG, testMachine, type TestMachine } from './test-machine.ts'

const sandboxConfig = (name: string): PodSandboxConfig => ({
  metadata: { name, uid: `uid-${name}`, namespace: 'default', attempt: 0 },
  hostname: name,
  logDirectory: `/var/log/pods/default_${name}_uid`,
  labels: {},
  annotations: {},
  linux: { cgroupParent: `/kubepods/${name}`, hostNetwork: false, hostPID: false, sharePID: false },
})

const containerConfig = (
  name: string,
  image: string,
  more: Partial<ContainerConfig> = {},
): ContainerConfig => ({
  metadata: { name, attempt: 0 },
  image: { image, userSpecifiedImage: image },
  command: [],
  args: [],
  workingDir: '',
  envs: [],
  mounts: [],
  labels: {},
  annotations: {},
  logPath: `${name}/0.log`,
  stdin: false,
  stdinOnce: false,
  tty: false,
  linux: { resources: {}, privileged: false, readonlyRootfs: false },
  ...more,
})

function machine(): TestMachine {
  const node = testMachine(runtimePrograms, { disk: [CNI_CONFIG], start: [['containerd']] })
  node.run(10)
  return node
}

/** Run a task to its end; what it throws is thrown. */
function wait<T>(node: TestMachine, task: Sys<T>, ms = 60_000): T {
  let outcome: { value: T } | { error: unknown } | undefined
  startTask(node.os, task, (settled) => {
    outcome = settled
  })
  for (let i = 0; i < ms && !outcome; i += 10) node.run(10)
  if (!outcome) throw new Error('it takes too long')
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

function* runNginx(cri: CriClient): Sys<{ podSandboxId: string; containerId: string; ip: string }> {
  yield* cri.call('PullImage', { image: { image: 'nginx:1.27' } })
  const { podSandboxId } = yield* cri.call('RunPodSandbox', { config: sandboxConfig('web') })
  const { containerId } = yield* cri.call('CreateContainer', {
    podSandboxId,
    config: containerConfig('nginx', 'nginx:1.27'),
    sandboxConfig: sandboxConfig('web'),
  })
  yield* cri.call('StartContainer', { containerId })
  const { status } = yield* cri.call('PodSandboxStatus', { podSandboxId })
  return { podSandboxId, containerId, ip: status.network.ip }
}

test('an image is pulled, a sandbox gets an address, nginx serves and logs, and ends on its stop signal', () => {
  const node = machine()
  const cri = new CriClient(node.os, '/run/containerd/containerd.sock')
  const { containerId, podSandboxId, ip } = wait(node, runNginx(cri))
  expect(ip).toBe('10.244.1.2')
  expect(node.observed.filter(({ body }) => body.type === 'pull-progress').length).toBeGreaterThan(4)
  node.run(10)
  let body: unknown
  new HttpClient(node.os, ip, 80).request(
    { method: 'GET', path: '/', headers: { 'user-agent': 'curl/7.88.1' } },
    {
      response: (response) => {
        body = response.body
      },
      failed: (error) => {
        throw error
      },
    },
  )
  node.run(20)
  expect(body).toContain('Welcome to nginx!')
  const log = node.os.fs.read('/var/log/pods/default_web_uid/nginx/0.log')
  expect(log).toMatch(/^2026-01-01T\S+000000Z stdout F \/docker-entrypoint.sh: /)
  expect(log).toMatch(/"GET \/ HTTP\/1.1" 200 \d+ "-" "curl\/7.88.1" "-"\n$/)
  wait(node, cri.call('StopContainer', { containerId, timeout: 30 }))
  const { status } = wait(node, cri.call('ContainerStatus', { containerId }))
  expect(status).toMatchObject({ state: 'CONTAINER_EXITED', exitCode: 0, reason: 'Completed' })
  wait(node, cri.call('RemovePodSandbox', { podSandboxId }))
  node.run(10)
  expect(node.os.kernel.processes('').map(({ argv }) => argv[0])).toEqual(['/sbin/init', 'containerd'])
  expect(node.os.fs.list('/var/lib/cni/networks/cbr0')).toEqual(['last_reserved_ip.0'])
})

test("pull errors come in containerd's words", () => {
  const node = machine()
  const cri = new CriClient(node.os, '/run/containerd/containerd.sock')
  const pull = (image: string) => () => wait(node, cri.call('PullImage', { image: { image } }))
  expect(pull('nosuch')).toThrow(
    'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/nosuch:latest": failed to resolve reference "docker.io/library/nosuch:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  )
  expect(pull('nginx:1.161')).toThrow(
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": docker.io/library/nginx:1.161: not found',
  )
  expect(pull('example.org/x')).toThrow('dial tcp: lookup example.org: no such host')
})

test('what runs lives on while containerd is restarted; after a power loss it has ended', () => {
  const node = machine()
  const cri = new CriClient(node.os, '/run/containerd/containerd.sock')
  const { containerId, podSandboxId } = wait(node, runNginx(cri))
  const daemon = node.os.kernel.processes('').find(({ argv }) => argv[0] === 'containerd')
  node.os.kernel.kill(daemon?.pid ?? 0, 'SIGKILL')
  node.run(10)
  expect(() => wait(node, cri.call('Version', {}))).toThrow('connect: no such file or directory')
  node.start(['containerd'])
  node.run(10)
  expect(wait(node, cri.call('ContainerStatus', { containerId })).status.state).toBe('CONTAINER_RUNNING')

  const again = testMachine(runtimePrograms, { disk: node.disk(), now: 100_000, start: [['containerd']] })
  again.run(10)
  const other = new CriClient(again.os, '/run/containerd/containerd.sock')
  expect(wait(again, other.call('ContainerStatus', { containerId })).status).toMatchObject({
    state: 'CONTAINER_EXITED',
    exitCode: 255,
    reason: 'Unknown',
  })
  expect(wait(again, other.call('PodSandboxStatus', { podSandboxId })).status.state).toBe('SANDBOX_NOTREADY')
})

test("a command that is not there fails in runc's words", () => {
  const node = machine()
  const cri = new CriClient(node.os, '/run/containerd/containerd.sock')
  function* task(): Sys<string> {
    yield* cri.call('PullImage', { image: { image: 'busybox' } })
    const { podSandboxId } = yield* cri.call('RunPodSandbox', { config: sandboxConfig('bad') })
    const config = containerConfig('c', 'busybox', { command: ['nosuch'] })
    const { containerId } = yield* cri.call('CreateContainer', {
      podSandboxId,
      config,
      sandboxConfig: sandboxConfig('bad'),
    })
    try {
      yield* cri.call('StartContainer', { containerId })
    } catch (error) {
      return (error as Error).message
    }
    return ''
  }
  expect(wait(node, task())).toContain(
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown',
  )
})
