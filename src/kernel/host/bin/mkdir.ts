import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import { write } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'

/** mkdir [-p] [-m MODE] [-v] DIRECTORY... */
export const mkdir = command(
  { short: 'pm:v', long: { parents: 'p', mode: 'm:', verbose: 'v' } },
  function* (os, options) {
    if (!options.rest.length) return missingOperand(os)
    let status = 0
    for (const path of options.rest) {
      try {
        const mode = options.value('m')
        os.fs.mkdir(absolute(os.cwd, path), {
          recursive: options.has('p'),
          ...(mode ? { mode: Number.parseInt(mode, 8) } : {}),
        })
        if (options.has('v')) yield* write(1, `mkdir: created directory '${path}'\n`)
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        complain(os, `cannot create directory '${path}': ${error.message}`)
        status = 1
      }
    }
    return status
  },
)
