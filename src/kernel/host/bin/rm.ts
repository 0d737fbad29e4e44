import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import { LineReader, write } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'

/** rm [-rfivd] FILE... */
export const rm = command(
  {
    short: 'rRfivdI',
    long: {
      recursive: 'r',
      force: 'f',
      verbose: 'v',
      dir: 'd',
      interactive: 'i',
      'preserve-root': 'root',
      'no-preserve-root': 'no-root',
    },
  },
  function* (os, options) {
    if (!options.rest.length) return options.has('f') ? 0 : missingOperand(os)
    const recursive = options.has('r') || options.has('R')
    const answers = new LineReader(0)
    let status = 0
    for (const path of options.rest) {
      try {
        const full = absolute(os.cwd, path)
        if (/(^|\/)\.\.?\/?$/.test(path)) {
          complain(os, `refusing to remove '.' or '..' directory: skipping '${path}'`)
          status = 1
          continue
        }
        if (full === '/' && recursive) {
          os.stderr(
            "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n",
          )
          return 1
        }
        const { kind } = os.fs.stat(full, false)
        if (kind === 'directory' && !recursive && !options.has('d')) throw new Errno('EISDIR')
        if (options.has('i')) {
          yield* write(2, `rm: remove ${kind === 'directory' ? 'directory' : 'regular file'} '${path}'? `)
          if (!/^y/i.test((yield* answers.next()) ?? '')) continue
        }
        os.fs.remove(full, { recursive })
        if (options.has('v'))
          yield* write(1, `removed ${kind === 'directory' ? 'directory ' : ''}'${path}'\n`)
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        if (options.has('f') && error.code === 'ENOENT') continue
        complain(os, `cannot remove '${path}': ${error.message}`)
        status = 1
      }
    }
    return status
  },
)
