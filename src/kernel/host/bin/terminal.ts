import type { Program } from '../program.ts'
import { write } from '../sys.ts'
import { complain } from './options.ts'

const prints = (text: string): Program =>
  function* () {
    yield* write(1, text)
    return 0
  }

/** clear, reset */
export const clear = prints('\x1b[H\x1b[2J\x1b[3J')
export const reset = prints('\x1bc')

const CAPABILITIES: Readonly<Record<string, string>> = {
  clear: '\x1b[H\x1b[2J',
  bold: '\x1b[1m',
  dim: '\x1b[2m',
  smul: '\x1b[4m',
  rmul: '\x1b[24m',
  rev: '\x1b[7m',
  sgr0: '\x1b(B\x1b[m',
  civis: '\x1b[?25l',
  cnorm: '\x1b[?25h',
  el: '\x1b[K',
  ed: '\x1b[J',
  home: '\x1b[H',
  smcup: '\x1b[?1049h',
  rmcup: '\x1b[?1049l',
  op: '\x1b[39;49m',
  bel: '\x07',
}

/** tput CAPABILITY [PARAMETER]... */
export const tput: Program = function* (os) {
  const args = os.argv.slice(1).filter((arg, i, all) => arg !== '-T' && all[i - 1] !== '-T')
  const [name, first, second] = args
  const tty = [...os.descriptors.values()].find((file) => file.tty)?.tty
  if (name === 'cols') yield* write(1, `${tty?.columns ?? 80}\n`)
  else if (name === 'lines') yield* write(1, `${tty?.rows ?? 24}\n`)
  else if (name === 'colors') yield* write(1, '256\n')
  else if (name === 'cup') yield* write(1, `\x1b[${Number(first) + 1};${Number(second) + 1}H`)
  else if (name === 'setaf' || name === 'setab')
    yield* write(
      1,
      Number(first) < 8
        ? `\x1b[${name === 'setaf' ? 3 : 4}${first}m`
        : `\x1b[${name === 'setaf' ? 38 : 48};5;${first}m`,
    )
  else if (name !== undefined && CAPABILITIES[name] !== undefined) yield* write(1, CAPABILITIES[name])
  else {
    complain(os, name === undefined ? 'no capability name given' : `unknown terminfo capability '${name}'`)
    return name === undefined ? 2 : 4
  }
  return 0
}

/** tty: which terminal this is. */
export const tty: Program = function* (os) {
  const file = os.descriptors.get(0)
  yield* write(1, file?.tty ? `${file.name}\n` : 'not a tty\n')
  return file?.tty ? 0 : 1
}

/** stty size, stty [-]echo and the like */
export const stty: Program = function* (os) {
  const terminal = os.descriptors.get(0)?.tty
  if (!terminal) {
    os.stderr("stty: 'standard input': Inappropriate ioctl for device\n")
    return 1
  }
  const args = os.argv.slice(1)
  if (args[0] === 'size') yield* write(1, `${terminal.rows} ${terminal.columns}\n`)
  else if (args[0] === undefined || args[0] === '-a')
    yield* write(1, `speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns}; line = 0;\n`)
  else if (args[0] === 'raw' || args[0] === '-icanon') terminal.raw = true
  else if (args[0] === 'sane' || args[0] === 'cooked' || args[0] === '-raw') terminal.raw = false
  return 0
}
