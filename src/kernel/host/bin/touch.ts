import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import { command, complain, missingOperand } from './options.ts'

/** touch [-c] FILE... */
export const touch = command(
  { short: 'camd:t:r:', long: { 'no-create': 'c', date: 'd:', reference: 'r:' } },
  function* (os, options) {
    if (!options.rest.length) return missingOperand(os, 'file operand')
    let status = 0
    for (const path of options.rest) {
      try {
        const full = absolute(os.cwd, path)
        if (!options.has('c') || os.fs.exists(full)) os.fs.touch(full)
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        complain(os, `cannot touch '${path}': ${error.message}`)
        status = 1
      }
    }
    return status
  },
)
