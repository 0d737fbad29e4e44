import { sleep as pause } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

/** `1.5`, `2m` -> milliseconds */
export function durationMs(text: string): number | undefined {
  if (text === 'infinity' || text === 'inf') return Number.MAX_SAFE_INTEGER
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text)
  return match ? Number(match[1]) * UNITS[match[2]] * 1000 : undefined
}

/** sleep NUMBER[smhd]... */
export const sleep = command({ short: '' }, function* (os, { rest }) {
  if (!rest.length) return missingOperand(os)
  let sum = 0
  for (const arg of rest) {
    const ms = durationMs(arg)
    if (ms === undefined) {
      complain(os, `invalid time interval '${arg}'`)
      os.stderr("Try 'sleep --help' for more information.\n")
      return 1
    }
    sum += ms
  }
  yield* pause(sum)
  return 0
})
