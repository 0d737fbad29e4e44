import type { DiskEntry, DiskOperation } from '../../host/disk.ts'
import { FileTree } from '../../host/disk.ts'
import { HttpClient } from '../../host/http.ts'
import { Linux } from '../../host/linux.ts'
import { sink } from '../../host/open-file.ts'
import type { Os, Programs } from '../../host/program.ts'
import { executable } from '../../host/program.ts'
import { init } from '../../host/systemd/init.ts'
import { Fabric } from '../../sim/fabric.ts'
import type { Observation } from '../../sim/machine.ts'
import { Machine } from '../../sim/machine.ts'
import { failOnPanic } from '../../sim/panic.ts'
import type { StatusResponse, WatchResponse } from '../api.ts'
import { etcd } from '../etcd.ts'

export const hosts = [1, 2, 3].map((i) => ({ name: `etcd-${i}`, address: `10.0.0.${i}` }))
const laptop = { name: 'laptop', address: '10.0.0.9' }

/** A machine that does nothing but run one program. */
const disk = ({ name, address }: typeof laptop, run: string, env: Record<string, string>): DiskEntry[] => [
  { path: '/sbin/init', data: executable('init'), mode: 0o755 },
  { path: '/usr/bin/run', data: executable(run), mode: 0o755 },
  { path: '/etc/hostname', data: `${name}\n` },
  {
    path: '/etc/systemd/network/10-eth0.network',
    data: `[Match]\nName=eth0\n[Network]\nAddress=${address}/24\n`,
  },
  {
    path: '/etc/env',
    data: Object.entries(env)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  },
  {
    path: '/etc/systemd/system/run.service',
    data: '[Service]\nEnvironmentFile=/etc/env\nExecStart=/usr/bin/run\nRestart=always\n',
  },
  {
    path: '/etc/systemd/system/multi-user.target.wants/run.service',
    kind: 'symlink',
    data: '/etc/systemd/system/run.service',
  },
]

const programFile = (name: string): DiskEntry => ({
  path: `/usr/bin/${name}`,
  data: executable(name),
  mode: 0o755,
})

const etcdEnv = ({ name, address }: typeof laptop): Record<string, string> => ({
  ETCD_NAME: name,
  ETCD_DATA_DIR: '/var/lib/etcd',
  ETCD_LISTEN_PEER_URLS: `http://${address}:2380`,
  ETCD_LISTEN_CLIENT_URLS: `http://${address}:2379,http://127.0.0.1:2379`,
  ETCD_INITIAL_ADVERTISE_PEER_URLS: `http://${address}:2380`,
  ETCD_ADVERTISE_CLIENT_URLS: `http://${address}:2379`,
  ETCD_INITIAL_CLUSTER: hosts.map((host) => `${host.name}=http://${host.address}:2380`).join(','),
})

/** Three members and a client on a machine of its own, in one thread; for tests. */
export class Cluster {
  readonly fabric: Fabric
  readonly log: string[] = []
  readonly observed: Observation[] = []
  readonly disks = new Map<string, FileTree>()
  client!: Os
  readonly #clients = new Map<string, HttpClient>()
  readonly #todo: (() => void)[] = []

  constructor(seed: number, extra: Record<string, string> = {}, more: Programs = {}) {
    const programs: Programs = {
      init,
      etcd,
      ...more,
      driver: (os) => {
        this.client = os
        os.onInput('go', () => {
          for (const task of this.#todo.splice(0)) task()
        })
      },
    }
    for (const host of hosts)
      this.disks.set(host.name, new FileTree(disk(host, 'etcd', { ...etcdEnv(host), ...extra })))
    this.disks.set(
      laptop.name,
      new FileTree([...disk(laptop, 'driver', {}), ...Object.keys(more).map(programFile)]),
    )
    const start = (name: string, now: number, boots: number) =>
      new Machine(
        name,
        seed + boots * 7919,
        (hardware) =>
          new Linux(
            hardware,
            { name, cpus: 2, memory: 2 ** 32, disk: [...this.disks.get(name)!.entries()] },
            programs,
          ),
        now,
      )
    const written = (name: string, operations: unknown[]) => {
      for (const operation of operations as DiskOperation[]) this.disks.get(name)!.apply(operation)
    }
    const observed = (fact: Observation) => {
      failOnPanic(fact)
      this.observed.push(fact)
    }
    this.fabric = new Fabric(seed, { start, written, asset: () => undefined }, { observed })
    for (const name of this.disks.keys()) this.fabric.plug(name)
  }

  /** Adds a machine whose etcd joins the cluster, and switches it on. */
  join(host: typeof laptop): void {
    const ETCD_INITIAL_CLUSTER = [...hosts, host]
      .map(({ name, address }) => `${name}=http://${address}:2380`)
      .join(',')
    const env = { ...etcdEnv(host), ETCD_INITIAL_CLUSTER, ETCD_INITIAL_CLUSTER_STATE: 'existing' }
    this.disks.set(host.name, new FileTree(disk(host, 'etcd', env)))
    this.fabric.plug(host.name)
  }

  async run(ms: number) {
    await this.fabric.runUntil(this.fabric.now + ms)
  }

  /** Asks one member; resolves to nothing if there was no answer in time. */
  async ask<T>(member: number, path: string, body: object, ms = 8000) {
    let answer: unknown
    this.request(member, path, body, (result) => {
      answer = result
    })
    for (let waited = 0; waited < ms && answer === undefined; waited += 5) await this.run(5)
    return answer as T
  }

  /** Has the client's machine do something. */
  #go(task: () => void): void {
    this.#todo.push(task)
    this.fabric.input(laptop.name, { type: 'go' })
  }

  request(member: number, path: string, body: object, done: (result: unknown) => void): void {
    this.#go(() => this.#request(member, path, body, done))
  }

  #request(member: number, path: string, body: object, done: (result: unknown) => void): void {
    const { address } = hosts[member]!
    let client = this.#clients.get(address)
    if (!client)
      this.#clients.set(
        address,
        (client = new HttpClient(this.client, address, 2379, { dialTimeoutMs: 500 })),
      )
    client.request(
      { method: 'POST', path: `/etcdserverpb.${path}`, headers: {}, body },
      { response: ({ body: result }) => done(result), failed: (error) => done({ error: error.code }) },
    )
  }

  watch(member: number, createRequest: object): WatchResponse[] {
    const heard: WatchResponse[] = []
    const on = {
      response: () => undefined,
      failed: () => undefined,
      data: (data: unknown) => heard.push(data as WatchResponse),
    }
    const request = {
      method: 'POST',
      path: '/etcdserverpb.Watch/Watch',
      headers: {},
      body: { createRequest },
    }
    this.#go(() => void new HttpClient(this.client, hosts[member]!.address, 2379).request(request, on))
    return heard
  }

  /** Runs a command on the client's machine; resolves to its output and status. */
  async exec(line: string, stdin = '', ms = 10_000) {
    const result = { stdout: '', stderr: '', status: -1 }
    this.#go(() => {
      const { client } = this
      let input: string | null = stdin
      const read = () => {
        const data = input
        input = null
        return data
      }
      const pid = client.spawn({
        argv: line.match(/"[^"]*"|\S+/g)!.map((word) => word.replace(/^"|"$/g, '')),
        env: { PATH: '/usr/bin', ETCDCTL_ENDPOINTS: hosts.map(({ address }) => `${address}:2379`).join(',') },
        stdin: { ...sink('stdin', () => undefined), read },
        stdout: sink('stdout', (text) => {
          result.stdout += text
        }),
        stderr: sink('stderr', (text) => {
          result.stderr += text
        }),
      })
      client.onChildExit(pid, (status) => {
        result.status = status
      })
    })
    for (let waited = 0; waited < ms && result.status < 0; waited += 5) await this.run(5)
    return result
  }

  power(member: number, on: boolean): void {
    this.#clients.delete(hosts[member]!.address)
    this.fabric.input('fabric', { type: 'power', machine: hosts[member]!.name, on } as { type: string })
  }

  async leader() {
    for (let i = 0; i < hosts.length; i++) {
      if (!this.fabric.isOn(hosts[i]!.name)) continue
      const status = await this.ask<StatusResponse | undefined>(i, 'Maintenance/Status', {}, 1000)
      if (status?.leader && status.leader !== '0' && status.leader === status.header.memberId) return i
    }
    return -1
  }
}
