import { expect, test } from 'vitest'
import type { DiskEntry } from '../host/disk.ts'
import { HttpClient } from '../host/http.ts'
import { runtimePrograms } from '../runtime/programs.ts'
import { CNI_CONFIG, testMachine, type TestMachine } from '../runtime/test-machine.ts'
import { kubelet } from './kubelet.ts'

const CONFIG = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
staticPodPath: /etc/kubernetes/manifests
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
`

const NGINX = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: nginx
    image: nginx:1.27
    ports: [{containerPort: 80}]
`

function node(...manifests: string[]): TestMachine {
  const disk: DiskEntry[] = [
    CNI_CONFIG,
    { path: '/var/lib/kubelet/config.yaml', data: CONFIG },
    { path: '/etc/kubernetes/manifests', kind: 'directory' },
    ...manifests.map((data, i) => ({ path: `/etc/kubernetes/manifests/${i}.yaml`, data })),
  ]
  return testMachine(
    { ...runtimePrograms, kubelet },
    {
      disk,
      start: [
        ['containerd'],
        ['kubelet', '--config=/var/lib/kubelet/config.yaml', '--hostname-override=node-1'],
      ],
    },
  )
}

/** Ask the kubelet over HTTP. */
function ask(
  machine: TestMachine,
  path: string,
  ms = 1000,
): { status: number; body: unknown; data: unknown[] } {
  const answer = { status: 0, body: undefined as unknown, data: [] as unknown[] }
  new HttpClient(machine.os, '127.0.0.1', 10250).request(
    { method: 'GET', path, headers: { upgrade: 'websocket' } },
    {
      response: ({ status, body }) => Object.assign(answer, { status, body }),
      data: (data) => answer.data.push(data),
      failed: (error) => {
        throw error
      },
    },
  )
  machine.run(ms)
  return answer
}

interface Shown {
  metadata: { name: string; annotations: Record<string, string> }
  status: {
    phase: string
    podIP: string
    conditions: { type: string; status: string }[]
    containerStatuses: { ready: boolean; restartCount: number; state: object }[]
  }
}

const pods = (machine: TestMachine): Shown[] => (ask(machine, '/pods').body as { items: Shown[] }).items

test('a file in staticPodPath becomes a running nginx whose logs can be read and in which commands run', () => {
  const machine = node(NGINX)
  machine.run(10_000)
  expect(machine.output.join('')).not.toContain('\nE ')
  const [pod] = pods(machine)
  expect(pod.metadata.name).toBe('web-node-1')
  expect(pod.metadata.annotations['kubernetes.io/config.source']).toBe('file')
  expect(pod.status).toMatchObject({
    phase: 'Running',
    podIP: '10.244.1.2',
    containerStatuses: [{ ready: true, restartCount: 0 }],
  })
  expect(pod.status.conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
    'PodReadyToStartContainers=True',
    'Initialized=True',
    'Ready=True',
    'ContainersReady=True',
    'PodScheduled=True',
  ])
  expect(ask(machine, '/containerLogs/default/web-node-1/nginx').body).toContain(
    'Configuration complete; ready for start up',
  )
  const exec = ask(machine, '/exec/default/web-node-1/nginx?command=nginx&command=-v&output=1&error=1')
  expect(exec.status).toBe(101)
  expect(exec.data).toEqual([
    { channel: 2, data: 'nginx version: nginx/1.27.0\n' },
    { channel: 3, data: '{"metadata":{},"status":"Success"}' },
  ])
})

test('a container that is killed is restarted; the file taken away ends the pod', () => {
  const machine = node(NGINX)
  machine.run(10_000)
  const nginx = machine.os.kernel.processes('').find(({ argv }) => argv[0] === 'nginx')
  machine.os.kernel.kill(nginx?.pid ?? 0, 'SIGKILL')
  machine.run(5000)
  expect(pods(machine)[0].status.containerStatuses[0]).toMatchObject({
    ready: true,
    restartCount: 1,
    lastState: { terminated: { exitCode: 137, reason: 'Error' } },
  })
  machine.os.fs.remove('/etc/kubernetes/manifests/0.yaml')
  machine.run(5000)
  expect(pods(machine)).toEqual([])
  expect(machine.os.kernel.processes('').map(({ argv }) => argv[0])).toEqual([
    '/sbin/init',
    'containerd',
    'kubelet',
  ])
})
