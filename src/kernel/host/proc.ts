import type { Process } from './process.ts'
import type { ProcessInfo } from './program.ts'

/** A process as ps shows it. */
export const describe = (process: Process): ProcessInfo => ({
  pid: process.pid,
  ppid: process.parent?.pid ?? 0,
  group: process.group,
  argv: process.argv,
  user: process.user.name,
  state: process.stopped ? 'T' : 'S',
  startedAt: process.startedAt,
  rss: process.rss,
  tty: [...process.descriptors.values()].find((file) => file.tty)?.name,
  pidNamespace: process.namespaces.pid,
  cgroup: process.cgroup.path,
})

/** /proc/meminfo; sizes in bytes. */
export function memoryInfo(total: number, used: number): string {
  const row = (name: string, bytes: number) =>
    `${`${name}:`.padEnd(15)} ${String(Math.floor(bytes / 1024)).padStart(9)} kB\n`
  return (
    row('MemTotal', total) +
    row('MemFree', total - used) +
    row('MemAvailable', total - used) +
    row('SwapTotal', 0) +
    row('SwapFree', 0)
  )
}
