import { Errno } from '../errno.ts'
import { read, write } from '../sys.ts'
import { command, complain } from './options.ts'

/** tee [-a] [FILE]... */
export const tee = command({ short: 'ai', long: { append: 'a' } }, function* (os, options) {
  let status = 0
  const fds: number[] = []
  for (const path of options.rest) {
    try {
      fds.push(
        os.open(path, { write: true, create: true, append: options.has('a'), truncate: !options.has('a') }),
      )
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(os, `${path}: ${error.message}`)
      status = 1
    }
  }
  for (let data = yield* read(0); data !== null; data = yield* read(0)) {
    for (const fd of [1, ...fds]) yield* write(fd, data)
  }
  return status
})
