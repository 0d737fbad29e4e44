import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Program } from '../program.ts'
import { strftime } from '../shell/printf.ts'
import { write } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'

/** nproc */
export const nproc: Program = function* (os) {
  yield* write(1, `${os.kernel.cpus}\n`)
  return 0
}

/** arch */
export const arch: Program = function* () {
  yield* write(1, 'x86_64\n')
  return 0
}

/** sync: what is written is on the disk already. */
export const sync: Program = function* () {
  return 0
}

/** mktemp [-d] [-u] [-p DIR] [-t] [TEMPLATE] */
export const mktemp = command(
  { short: 'dup:tq', long: { directory: 'd', 'dry-run': 'u', tmpdir: 'p::' } },
  function* (os, options) {
    const template = options.rest[0] ?? 'tmp.XXXXXXXXXX'
    const marks = /X{3,}/.exec(template)
    if (!marks) {
      complain(os, `too few X's in template '${template}'`)
      return 1
    }
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    const name = template.replace(
      marks[0],
      Array.from(marks[0], () => letters[Math.floor(os.random() * letters.length)]).join(''),
    )
    const within =
      options.rest.length && !options.has('p') && !options.has('t')
        ? ''
        : `${options.value('p') || os.env['TMPDIR'] || '/tmp'}/`
    const path = absolute(os.cwd, within + name)
    if (!options.has('u')) {
      try {
        if (options.has('d')) os.fs.mkdir(path, { mode: 0o700 })
        else os.fs.write(path, '', { mode: 0o600 })
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        complain(
          os,
          `failed to create ${options.has('d') ? 'directory' : 'file'} via template '${within + template}': ${error.message}`,
        )
        return 1
      }
    }
    yield* write(1, `${within + name}\n`)
    return 0
  },
)

/** truncate -s SIZE FILE... */
export const truncate = command(
  { short: 's:c', long: { size: 's:', 'no-create': 'c' } },
  function* (os, options) {
    const size = /^([-+]?)(\d+)([kKMG]?)$/.exec(options.value('s') ?? '')
    if (!size) {
      os.stderr(
        "truncate: you must specify either '--size' or '--reference'\nTry 'truncate --help' for more information.\n",
      )
      return 1
    }
    if (!options.rest.length) return missingOperand(os, 'file operand')
    const bytes = Number(size[2]) * { '': 1, k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[size[3] as 'k']
    for (const path of options.rest) {
      const full = absolute(os.cwd, path)
      const text = os.fs.exists(full) ? os.fs.read(full) : ''
      const length =
        size[1] === '+' ? text.length + bytes : size[1] === '-' ? Math.max(0, text.length - bytes) : bytes
      if (length > 2 ** 26) throw new Errno('EFBIG', path)
      os.fs.write(full, text.slice(0, length).padEnd(length, '\0'))
    }
    return 0
  },
)

/** who: who has a terminal. */
export const who: Program = function* (os) {
  for (const { tty, user, startedAt, argv } of os.kernel.processes('')) {
    if (tty && argv.includes('-l'))
      yield* write(
        1,
        `${user.padEnd(8)} ${tty.replace('/dev/', '').padEnd(12)} ${strftime('%F %H:%M', os.clock - os.now + startedAt)}\n`,
      )
  }
  return 0
}

/** unlink FILE */
export const unlink = command({ short: '' }, function* (os, { rest }) {
  if (rest.length !== 1) return missingOperand(os)
  try {
    os.fs.remove(absolute(os.cwd, rest[0]))
    return 0
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    complain(os, `cannot unlink '${rest[0]}': ${error.message}`)
    return 1
  }
})
