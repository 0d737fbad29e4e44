import { Linux } from '../host/linux.ts'
import type { DiskEntry } from '../host/disk.ts'
import { executable, type Os, type Program, type Programs } from '../host/program.ts'
import { Machine, type Observation } from '../sim/machine.ts'
import { failOnPanic } from '../sim/panic.ts'

/** A machine for tests: process 1 starts what it is told, and lends its view of the machine to the test. */
export interface TestMachine {
  readonly os: Os
  readonly observed: Observation[]
  /** What daemons printed. */
  readonly output: string[]
  /** The disk, to build the machine again from. */
  disk(): DiskEntry[]
  run(ms: number): void
  /** Start a program in the background; its output is collected. */
  start(argv: readonly string[]): number
}

export function testMachine(
  programs: Programs,
  {
    disk = [],
    name = 'node-1',
    seed = 1,
    now = 0,
    start = [],
  }: {
    disk?: readonly DiskEntry[]
    name?: string
    seed?: number
    now?: number
    start?: readonly (readonly string[])[]
  } = {},
): TestMachine {
  let os: Os | undefined
  const init: Program = (own) => {
    os = own
  }
  const all: Programs = { ...programs, init }
  const files: DiskEntry[] = [
    { path: '/sbin/init', data: executable('init'), mode: 0o755 },
    ...Object.keys(programs).map((program) => ({
      path: `/usr/bin/${program}`,
      data: executable(program),
      mode: 0o755,
    })),
    { path: '/etc/hosts', data: '127.0.0.1\tlocalhost\n' },
    { path: '/etc/resolv.conf', data: 'nameserver 192.168.64.1\n' },
    { path: '/var/log', kind: 'directory' },
    { path: '/var/lib', kind: 'directory' },
    ...disk,
  ]
  let linux: Linux | undefined
  const machine = new Machine(
    name,
    seed,
    (hardware) => {
      linux = new Linux(hardware, { name, cpus: 4, memory: 8 * 1024 ** 3, disk: files }, all)
      return linux
    },
    now,
  )
  const observed: Observation[] = []
  const output: string[] = []
  let until = now
  const run = (ms: number) => {
    until += ms
    const facts = machine.run(until, []).observed
    facts.forEach(failOnPanic)
    observed.push(...facts)
  }
  run(1)
  if (!os || !linux) throw new Error('init did not start')
  const host = os
  host.kernel.root.net.interfaces.push({
    name: 'eth0',
    mac: '52:54:00:00:00:01',
    mtu: 1500,
    up: true,
    addresses: ['192.168.64.101/20'],
  })
  const collect = { name: 'pipe', write: (data: string) => output.push(data) > 0 }
  const startOne = (argv: readonly string[]) =>
    host.spawn({ argv, stdout: collect, stderr: collect, group: true, env: { PATH: '/usr/bin:/bin' } })
  for (const argv of start) startOne(argv)
  return {
    os: host,
    observed,
    output,
    run,
    start: startOne,
    disk: () => [...(linux as Linux).disk.entries()],
  }
}

/** A pod network as the presets configure it. */
export const CNI_CONFIG: DiskEntry = {
  path: '/etc/cni/net.d/10-bridge.conflist',
  data: JSON.stringify({
    cniVersion: '1.0.0',
    name: 'cbr0',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipam: { type: 'host-local', ranges: [[{ subnet: '10.244.1.0/24' }]] },
      },
    ],
  }),
}
