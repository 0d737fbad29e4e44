import { Errno } from '../errno.ts'
import { absolute, baseOf } from '../filesystem.ts'
import { write } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'

/** ln -s [-f] [-n] [-v] TARGET... LINK. There are no hard links: without -s the file is copied, as on a file system without them. */
export const ln = command(
  {
    short: 'sfnvTrt:i',
    long: {
      symbolic: 's',
      force: 'f',
      'no-dereference': 'n',
      verbose: 'v',
      'no-target-directory': 'T',
      relative: 'r',
    },
  },
  function* (os, options) {
    const { rest } = options
    if (!rest.length) return missingOperand(os, 'file operand')
    const targets = rest.length === 1 ? rest : rest.slice(0, -1)
    const place = rest.length === 1 ? '.' : (rest.at(-1) as string)
    const full = absolute(os.cwd, place)
    const directory =
      !options.has('T') && os.fs.exists(full) && os.fs.stat(full, !options.has('n')).kind === 'directory'
    if (targets.length > 1 && !directory) {
      complain(
        os,
        `target '${place}'${os.fs.exists(full) ? ' is not a directory' : ': No such file or directory'}`,
      )
      return 1
    }
    let status = 0
    for (const target of targets) {
      const link = directory
        ? `${place === '.' ? '' : `${place.replace(/\/$/, '')}/`}${baseOf(target.replace(/\/+$/, ''))}`
        : place
      const kind = options.has('s') ? 'symbolic' : 'hard'
      try {
        const path = absolute(os.cwd, link)
        if (options.has('f') && isThere(() => os.fs.stat(path, false))) os.fs.remove(path)
        if (options.has('s')) os.fs.symlink(target, path)
        else if (isThere(() => os.fs.stat(path, false))) throw new Errno('EEXIST')
        else
          os.fs.write(path, os.fs.read(absolute(os.cwd, target)), {
            mode: os.fs.stat(absolute(os.cwd, target)).mode,
          })
        if (options.has('v')) yield* write(1, `'${link}' -> '${target}'\n`)
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        const missing = error.code === 'ENOENT' && kind === 'hard'
        complain(
          os,
          missing
            ? `failed to access '${target}': ${error.message}`
            : `failed to create ${kind} link '${link}': ${error.message}`,
        )
        status = 1
      }
    }
    return status
  },
)

const isThere = (look: () => unknown): boolean => {
  try {
    look()
    return true
  } catch {
    return false
  }
}

/** rmdir [-p] [-v] DIRECTORY... */
export const rmdir = command(
  { short: 'pv', long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' } },
  function* (os, options) {
    if (!options.rest.length) return missingOperand(os)
    let status = 0
    for (const operand of options.rest) {
      const parts = operand.replace(/\/+$/, '').split('/')
      for (let length = parts.length; length > (options.has('p') ? 0 : parts.length - 1); length--) {
        const path = parts.slice(0, length).join('/')
        try {
          if (os.fs.stat(absolute(os.cwd, path), false).kind !== 'directory') throw new Errno('ENOTDIR')
          os.fs.remove(absolute(os.cwd, path))
          if (options.has('v')) yield* write(1, `rmdir: removing directory, '${path}'\n`)
        } catch (error) {
          if (!(error instanceof Errno)) throw error
          if (options.has('ignore') && error.code === 'ENOTEMPTY') break
          complain(os, `failed to remove '${path}': ${error.message}`)
          status = 1
          break
        }
      }
    }
    return status
  },
)
