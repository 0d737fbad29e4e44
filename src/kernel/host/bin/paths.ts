import { Errno } from '../errno.ts'
import { absolute, baseOf } from '../filesystem.ts'
import { findExecutable } from '../executables.ts'
import { write } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'

/** basename NAME [SUFFIX], basename -a|-s SUFFIX NAME... */
export const basename = command(
  { short: 'as:z', long: { multiple: 'a', suffix: 's:' } },
  function* (os, options) {
    const { rest } = options
    if (!rest.length) return missingOperand(os)
    const many = options.has('a') || options.has('s')
    if (!many && rest.length > 2) {
      os.stderr(`basename: extra operand '${rest[2]}'\nTry 'basename --help' for more information.\n`)
      return 1
    }
    const suffix = options.value('s') ?? (many ? '' : (rest[1] ?? ''))
    for (const path of many ? rest : rest.slice(0, 1)) {
      const name = baseOf(path.replace(/\/+$/, '')) || (path ? '/' : '')
      yield* write(
        1,
        `${suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
      )
    }
    return 0
  },
)

/** dirname NAME... */
export const dirname = command({ short: 'z' }, function* (os, { rest }) {
  if (!rest.length) return missingOperand(os)
  for (const path of rest) {
    const trimmed = path.replace(/\/+$/, '')
    const slash = trimmed.lastIndexOf('/')
    yield* write(
      1,
      `${slash > 0 ? trimmed.slice(0, slash).replace(/\/+$/, '') || '/' : slash === 0 || path.startsWith('/') ? '/' : '.'}\n`,
    )
  }
  return 0
})

/** readlink [-f] FILE... */
export const readlink = command({ short: 'femnqsvz' }, function* (os, options) {
  if (!options.rest.length) return missingOperand(os)
  let status = 0
  for (const path of options.rest) {
    try {
      const full = absolute(os.cwd, path)
      const follows = options.has('f') || options.has('e') || options.has('m')
      if (options.has('e') && !os.fs.exists(full)) throw new Errno('ENOENT')
      yield* write(
        1,
        (follows ? os.fs.realpath(full) : os.fs.readlink(full)) + (options.has('n') ? '' : '\n'),
      )
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      status = 1
    }
  }
  return status
})

/** realpath [-m] [-s] FILE... */
export const realpath = command({ short: 'emsqz' }, function* (os, options) {
  if (!options.rest.length) return missingOperand(os)
  let status = 0
  for (const path of options.rest) {
    const full = absolute(os.cwd, path)
    const parent = full.slice(0, full.lastIndexOf('/')) || '/'
    if (!options.has('m') && !os.fs.exists(options.has('e') ? full : parent)) {
      complain(os, `${path}: No such file or directory`)
      status = 1
    } else yield* write(1, `${options.has('s') ? full : os.fs.realpath(full)}\n`)
  }
  return status
})

/** which [-a] NAME... */
export const which = command({ short: 'as' }, function* (os, { rest }) {
  let status = 0
  for (const name of rest) {
    try {
      yield* write(1, `${findExecutable(os.fs, name, os.cwd, os.env)}\n`)
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      status = 1
    }
  }
  return status
})
