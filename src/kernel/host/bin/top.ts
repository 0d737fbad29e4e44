import type { Os } from '../program.ts'
import { strftime } from '../shell/printf.ts'
import { tokens } from '../shell/keys.ts'
import { call, write, type Sys } from '../sys.ts'
import { upTime } from './memory.ts'
import { command } from './options.ts'

/** top [-b] [-n COUNT] [-d SECONDS]; q ends it. */
export const top = command({ short: 'bn:d:p:o:u:Hc', long: {} }, function* (os, options) {
  const tty = os.descriptors.get(0)?.tty
  const batch = options.has('b') || !os.descriptors.get(1)?.tty
  const limit = Number(options.value('n') ?? Number.POSITIVE_INFINITY)
  const every = Number(options.value('d') ?? 3) * 1000
  if (tty && !batch) tty.raw = true
  try {
    for (let round = 0; round < limit; round++) {
      const rows = batch ? Number.POSITIVE_INFINITY : (os.descriptors.get(1)?.tty?.rows ?? 24)
      const text = page(os, rows)
      yield* write(1, batch ? `${round ? '\n' : ''}${text}` : `\x1b[H\x1b[2J${text}`)
      if (round + 1 < limit && (yield* pause(every, tty !== undefined && !batch))) break
    }
  } finally {
    if (tty && !batch) tty.raw = false
  }
  if (!batch) yield* write(1, '\n')
  return 0
})

/** Wait, or until a key says that it is enough. */
const pause = (ms: number, keys: boolean): Sys<boolean> =>
  call<boolean>({
    name: 'poll',
    start(caller, resume) {
      const timer = caller.after(ms, () => {
        stop?.()
        resume(false)
      })
      const file = keys ? caller.descriptor(0) : undefined
      let stop: (() => void) | undefined
      const look = () => {
        const data = file?.read?.()
        if (data === undefined) stop = file?.ready?.('read', look)
        else {
          timer()
          resume(data === null || tokens(data).keys.some((key) => /^[qQ\x03]/.test(key)))
        }
      }
      if (file) look()
      return () => {
        timer()
        stop?.()
      }
    },
  })

function page(os: Os, rows: number): string {
  const all = os.kernel.processes('')
  const namespace = all.find(({ pid }) => pid === os.pid)?.pidNamespace ?? ''
  const processes = all.filter(({ pidNamespace }) => pidNamespace === namespace)
  const count = (state: string) => processes.filter((process) => process.state === state).length
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1).padStart(8)
  const { memory, memoryUsed } = os.kernel
  const head = [
    `top - ${strftime('%T', os.clock)} ${upTime(os.clock - os.kernel.bootedAt)},  1 user,  load average: 0.00, 0.00, 0.00`,
    `Tasks: ${String(processes.length).padStart(3)} total, ${String(count('R')).padStart(3)} running, ${String(count('S')).padStart(3)} sleeping, ${String(count('T')).padStart(3)} stopped, ${String(count('Z')).padStart(3)} zombie`,
    '%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st',
    `MiB Mem : ${mib(memory)} total, ${mib(memory - memoryUsed)} free, ${mib(memoryUsed)} used, ${mib(0)} buff/cache`,
    `MiB Swap: ${mib(0)} total, ${mib(0)} free, ${mib(0)} used. ${mib(memory - memoryUsed)} avail Mem`,
    '',
    '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND',
  ]
  const lines = [...processes]
    .sort((a, b) => b.rss - a.rss || a.pid - b.pid)
    .map(({ pid, user, rss, state, argv }) => {
      const kib = (bytes: number) => String(Math.ceil(bytes / 1024))
      const name = argv[0].slice(argv[0].lastIndexOf('/') + 1)
      return `${String(pid).padStart(7)} ${user.padEnd(8)}  20   0 ${kib(rss * 4).padStart(7)} ${kib(rss).padStart(6)} ${'0'.padStart(6)} ${state}   0.0 ${((rss * 100) / memory).toFixed(1).padStart(5)}   0:00.00 ${name}`
    })
  return [...head, ...lines]
    .slice(0, rows - 1)
    .map((line) => `${line}\n`)
    .join('')
}
