import { readAll, write } from '../sys.ts'
import { eachInput, linesOf, withInput } from './inputs.ts'
import { md5 } from './md5.ts'
import { command, complain, nameOf } from './options.ts'
import { sha256 } from './sha256.ts'
import { encodeUtf8 } from './utf8.ts'
import { Errno } from '../errno.ts'

/** md5sum, sha256sum [-c] [FILE]... */
const digest = (compute: (bytes: readonly number[]) => string) =>
  command({ short: 'cbt', long: { check: 'c', status: 'status', quiet: 'quiet' } }, function* (os, options) {
    if (!options.has('c')) {
      return yield* eachInput(os, options.rest, function* (fd, path) {
        yield* write(1, `${compute(encodeUtf8(yield* readAll(fd)))}  ${path}\n`)
      })
    }
    const lines: string[] = []
    let status = yield* linesOf(os, options.rest, lines)
    let [failed, unread] = [0, 0]
    for (const line of lines) {
      const match = /^([0-9a-f]+)[ *]+(.*)$/.exec(line)
      if (!match) continue
      let actual: string | undefined
      try {
        yield* withInput(os, match[2], function* (fd) {
          actual = compute(encodeUtf8(yield* readAll(fd)))
        })
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        complain(os, `${match[2]}: ${error.message}`)
      }
      if (actual === undefined) unread++
      else if (actual !== match[1]) failed++
      yield* write(
        1,
        `${match[2]}: ${actual === undefined ? 'FAILED open or read' : actual === match[1] ? 'OK' : 'FAILED'}\n`,
      )
    }
    if (unread)
      os.stderr(`${nameOf(os)}: WARNING: ${unread} listed file${unread > 1 ? 's' : ''} could not be read\n`)
    if (failed)
      os.stderr(`${nameOf(os)}: WARNING: ${failed} computed checksum${failed > 1 ? 's' : ''} did NOT match\n`)
    if (failed || unread) status = 1
    return status
  })

export const md5sum = digest(md5)
export const sha256sum = digest(sha256)
