import { strftime } from '../shell/printf.ts'
import { write } from '../sys.ts'
import { humanSize } from './human-size.ts'
import { command } from './options.ts'

/** free [-h] [-m] [-g] [-b] */
export const free = command(
  { short: 'hmgbks:c:tw', long: { human: 'h', mebi: 'm', gibi: 'g', bytes: 'b' } },
  function* (os, options) {
    const unit = options.has('g') ? 2 ** 30 : options.has('m') ? 2 ** 20 : options.has('b') ? 1 : 1024
    const shown = (bytes: number) =>
      options.has('h') ? `${humanSize(bytes)}${bytes < 1024 ? 'B' : 'i'}` : String(Math.floor(bytes / unit))
    const { memory, memoryUsed } = os.kernel
    const row = (name: string, values: readonly number[]) =>
      name.padEnd(7) +
      values
        .map((value) => shown(value).padStart(12))
        .join('')
        .slice(0) +
      '\n'
    yield* write(
      1,
      `${' '.repeat(7)}${['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map((name) => name.padStart(12)).join('')}\n`,
    )
    yield* write(
      1,
      row('Mem:', [memory, memoryUsed, memory - memoryUsed, 0, 0, memory - memoryUsed]) +
        row('Swap:', [0, 0, 0]),
    )
    return 0
  },
)

/** `up 1:02`, `up 3 days, 4 min` */
export function upTime(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  const rest = hours
    ? `${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, '0')}`
    : `${minutes % 60} min`
  return `up ${days ? `${days} day${days > 1 ? 's' : ''}, ` : ''}${rest}`
}

/** uptime [-p] [-s] */
export const uptime = command({ short: 'ps', long: { pretty: 'p', since: 's' } }, function* (os, options) {
  const up = os.clock - os.kernel.bootedAt
  if (options.has('s')) yield* write(1, `${strftime('%F %T', os.kernel.bootedAt)}\n`)
  else if (options.has('p')) {
    const minutes = Math.floor(up / 60_000)
    const parts = (
      [
        [Math.floor(minutes / 1440), 'day'],
        [Math.floor(minutes / 60) % 24, 'hour'],
        [minutes % 60, 'minute'],
      ] as const
    ).filter(([count]) => count)
    yield* write(
      1,
      `up ${parts.map(([count, unit]) => `${count} ${unit}${count > 1 ? 's' : ''}`).join(', ') || '0 minutes'}\n`,
    )
  } else {
    const users = os.kernel.processes('').filter(({ tty, argv }) => tty && argv.includes('-l')).length
    yield* write(
      1,
      ` ${strftime('%T', os.clock)} ${upTime(up)},  ${users} user${users === 1 ? '' : 's'},  load average: 0.00, 0.00, 0.00\n`,
    )
  }
  return 0
})
