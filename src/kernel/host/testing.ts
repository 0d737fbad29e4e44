import { Fabric } from '../sim/fabric.ts'
import { Machine, type Observation } from '../sim/machine.ts'
import { failOnPanic } from '../sim/panic.ts'
import { bin } from './bin/index.ts'
import type { DiskEntry } from './disk.ts'
import { Linux } from './linux.ts'
import { collector } from './open-file.ts'
import { textFile } from './open-file.ts'
import { executable, type Os, type Program, type Programs } from './program.ts'

/** What running a line gave. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly status: number
}

/** A machine to test programs on: a Linux with the everyday programs, alone in a fabric. */
export interface TestMachine {
  /** Run `bash -c line` in /root and wait for it, at most a virtual hour. */
  run(line: string, stdin?: string): Promise<Outcome>
  /** A terminal with a login shell on it. */
  terminal(columns?: number, rows?: number): TestTerminal
  readonly os: Os
  readonly fabric: Fabric
  readonly observations: readonly Observation[]
}

export interface TestTerminal {
  /** Type keys, let virtual time pass, and get what was printed since the last time. */
  type(keys: string, ms?: number): Promise<string>
  readonly status: number | undefined
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const ENV = { PATH, HOME: '/root', USER: 'root', LOGNAME: 'root', TERM: 'xterm', LANG: 'C.UTF-8' }
const HOUR_MS = 3_600_000

/** The files of a small Debian with all programs of `bin`, and `programs` beside them. */
export const testDisk = (programs: Programs = {}): DiskEntry[] => [
  { path: '/sbin/init', data: executable('test-init'), mode: 0o755 },
  ...[...Object.keys(bin), ...Object.keys(programs)].map((name) => ({
    path: `/usr/bin/${name}`,
    data: executable(name),
    mode: 0o755,
  })),
  { path: '/usr/bin/sh', data: executable('bash'), mode: 0o755 },
  { path: '/bin', kind: 'symlink', data: 'usr/bin' },
  { path: '/root', kind: 'directory', mode: 0o700 },
  { path: '/etc/hosts', data: '127.0.0.1\tlocalhost\n' },
  { path: '/etc/passwd', data: 'root:x:0:0:root:/root:/bin/bash\n' },
]

/** Boot a machine with these files and programs beside the everyday ones. */
export async function bootTestMachine({
  disk = [],
  programs = {},
  seed = 1,
}: {
  disk?: readonly DiskEntry[]
  programs?: Programs
  seed?: number
} = {}): Promise<TestMachine> {
  const captured: { os?: Os } = {}
  const init: Program = (os) => {
    captured.os = os
  }
  const observations: Observation[] = []
  const spec = { name: 'laptop', cpus: 2, memory: 4 * 2 ** 30, disk: [...testDisk(programs), ...disk] }
  const all = { ...bin, ...programs, 'test-init': init }
  const fabric = new Fabric(
    seed,
    {
      start: (name, now) => new Machine(name, seed, (hardware) => new Linux(hardware, spec, all), now),
      written: () => {},
      asset: () => undefined,
    },
    {
      observed: (observation) => {
        failOnPanic(observation)
        observations.push(observation)
      },
    },
  )
  fabric.plug('laptop')
  await fabric.runUntil(1)
  const os = captured.os as Os
  return {
    os,
    fabric,
    observations,
    run: (line, stdin = '') => runLine(fabric, os, line, stdin),
    terminal: (columns = 80, rows = 24) => openTerminal(fabric, os, columns, rows),
  }
}

async function runLine(fabric: Fabric, os: Os, line: string, stdin: string): Promise<Outcome> {
  const [out, err] = [collector(), collector()]
  let status: number | undefined
  const pid = os.spawn({
    argv: ['bash', '-c', line],
    env: ENV,
    cwd: '/root',
    group: true,
    stdin: textFile(stdin),
    stdout: out.file,
    stderr: err.file,
  })
  os.onChildExit(pid, (ended) => {
    status = ended
  })
  poke(fabric)
  const deadline = fabric.now + HOUR_MS
  while (status === undefined && fabric.now < deadline && fabric.nextAt < deadline)
    await fabric.runUntil(fabric.nextAt + 1)
  if (status === undefined) os.kill(-pid, 'SIGKILL')
  return { stdout: out.text(), stderr: err.text(), status: status ?? -1 }
}

function openTerminal(fabric: Fabric, os: Os, columns: number, rows: number): TestTerminal {
  let printed = ''
  let status: number | undefined
  const tty = os.newTty(
    (text) => {
      printed += text
    },
    columns,
    rows,
  )
  const pid = os.spawn({
    argv: ['/bin/bash', '-l'],
    env: ENV,
    cwd: '/root',
    group: true,
    stdin: tty.file(),
    stdout: tty.file(),
    stderr: tty.file(),
  })
  tty.foreground = pid
  os.onChildExit(pid, (ended) => {
    status = ended
  })
  return {
    async type(keys, ms = 100) {
      if (keys) tty.type(keys)
      poke(fabric)
      await fabric.runUntil(fabric.now + ms)
      const text = printed
      printed = ''
      return text
    },
    get status() {
      return status
    },
  }
}

/** What a test does to a process happens outside a window: let the fabric look at the machine again. */
const poke = (fabric: Fabric): void => fabric.input('laptop', { type: 'test-poke' })
