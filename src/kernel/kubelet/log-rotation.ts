import { wholeValueOf } from '../api/quantity.ts'
import type { Os } from '../host/program.ts'
import type { KubeletConfig } from './config.ts'

const LOGS = '/var/log/pods'
/** kubelet: containerLogMonitorInterval. */
const LOOK_MS = 10_000

/** Keep the logs of containers small: what grew too large gets another name, and the oldest go (kubernetes: pkg/kubelet/logs). */
export function rotateLogs(os: Os, config: KubeletConfig): void {
  const max = wholeValueOf(config.containerLogMaxSize)
  const grown = new Set<string>()
  let waiting = false
  const look = () => {
    waiting = false
    for (const path of grown)
      if (os.fs.exists(path) && os.fs.stat(path).size > max) rotate(os, path, config.containerLogMaxFiles)
    grown.clear()
  }
  if (!os.fs.exists(LOGS)) os.fs.mkdir(LOGS, { recursive: true })
  os.fs.watch(LOGS, (path) => {
    if (!path.endsWith('.log')) return
    grown.add(path)
    if (waiting) return
    waiting = true
    os.after(LOOK_MS, look)
  })
}

/** `0.log` becomes `0.log.20260101-000010`; the runtime begins a new file with what it writes next. */
function rotate({ fs, clock }: Os, path: string, maxFiles: number): void {
  const stamp = new Date(clock).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const directory = path.slice(0, path.lastIndexOf('/'))
  const name = path.slice(directory.length + 1)
  fs.rename(path, `${path}.${stamp}`)
  fs.write(path, '')
  const old = fs.list(directory).filter((other) => other.startsWith(`${name}.`))
  for (const other of old.slice(0, Math.max(0, old.length - (maxFiles - 1))))
    fs.remove(`${directory}/${other}`)
}
