import { read, write } from '../sys.ts'
import { eachInput } from './inputs.ts'
import { command } from './options.ts'

/** cat [-n] [-b] [-s] [-A] [FILE]... */
export const cat = command(
  {
    short: 'nbsAETvetu',
    long: {
      number: 'n',
      'number-nonblank': 'b',
      'squeeze-blank': 's',
      'show-all': 'A',
      'show-ends': 'E',
      'show-tabs': 'T',
    },
  },
  function* (os, options) {
    const plain = !options.given.some(([name]) => name !== 'u')
    let number = 0
    let begins = true
    let blanks = 0
    const numbered = (line: string) =>
      (options.has('b') ? line !== '\n' : options.has('n')) ? `${String(++number).padStart(6)}\t` : ''
    const shown = (line: string) => {
      let text = line
      if (options.has('A') || options.has('T') || options.has('t')) text = text.replaceAll('\t', '^I')
      if (options.has('A') || options.has('E') || options.has('e')) text = text.replace(/\n$/, '$\n')
      return text
    }
    return yield* eachInput(os, options.rest, function* (fd) {
      for (let data = yield* read(fd); data !== null; data = yield* read(fd)) {
        if (plain) {
          yield* write(1, data)
          continue
        }
        let out = ''
        for (const line of data.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
          blanks = line === '\n' ? blanks + 1 : 0
          if (options.has('s') && blanks > 1) continue
          out += (begins ? numbered(line) : '') + shown(line)
          begins = line.endsWith('\n')
        }
        yield* write(1, out)
      }
    })
  },
)
