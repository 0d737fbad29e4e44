import { absolute } from '../filesystem.ts'
import { LineReader, write } from '../sys.ts'
import { withInput } from './inputs.ts'
import { command } from './options.ts'

/** uniq [-cdui] [-f N] [-s N] [-w N] [INPUT [OUTPUT]] */
export const uniq = command(
  {
    short: 'cduif:s:w:',
    long: {
      count: 'c',
      repeated: 'd',
      unique: 'u',
      'ignore-case': 'i',
      'skip-fields': 'f:',
      'skip-chars': 's:',
      'check-chars': 'w:',
    },
  },
  function* (os, options) {
    const key = (line: string) => {
      let text = line
      for (let i = Number(options.value('f') ?? 0); i > 0; i--) text = text.replace(/^\s*\S*/, '')
      text = text.slice(
        Number(options.value('s') ?? 0),
        options.has('w') ? Number(options.value('s') ?? 0) + Number(options.value('w')) : undefined,
      )
      return options.has('i') ? text.toLowerCase() : text
    }
    const output = options.rest[1]
    let out = ''
    yield* withInput(os, options.rest[0] ?? '-', function* (fd) {
      const reader = new LineReader(fd)
      let current: string | undefined
      let count = 0
      for (;;) {
        const line = yield* reader.next()
        if (line !== null && current !== undefined && key(line) === key(current)) {
          count++
          continue
        }
        const shown =
          current !== undefined && (!options.has('d') || count > 1) && (!options.has('u') || count === 1)
        const text = shown ? `${options.has('c') ? `${String(count).padStart(7)} ` : ''}${current}\n` : ''
        if (output === undefined) yield* write(1, text)
        else out += text
        if (line === null) return
        current = line
        count = 1
      }
    })
    if (output !== undefined) os.fs.write(absolute(os.cwd, output), out)
    return 0
  },
)
