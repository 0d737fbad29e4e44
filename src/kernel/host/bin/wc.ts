import { read, write } from '../sys.ts'
import { eachInput } from './inputs.ts'
import { command } from './options.ts'
import { byteLength } from './utf8.ts'

/** wc [-l] [-w] [-c] [-m] [-L] [FILE]... */
export const wc = command(
  { short: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' } },
  function* (os, options) {
    const wanted = 'lwmcL'.split('').filter((letter) => options.has(letter))
    const letters = wanted.length ? wanted : ['l', 'w', 'c']
    const rows: { counts: Record<string, number>; name: string }[] = []
    const total: Record<string, number> = { l: 0, w: 0, c: 0, m: 0, L: 0 }
    const status = yield* eachInput(os, options.rest, function* (fd, path) {
      const counts: Record<string, number> = { l: 0, w: 0, c: 0, m: 0, L: 0 }
      let inWord = false
      let length = 0
      for (let data = yield* read(fd); data !== null; data = yield* read(fd)) {
        counts['c'] += byteLength(data)
        for (const char of data) {
          counts['m']++
          if (char === '\n') {
            counts['l']++
            counts['L'] = Math.max(counts['L'], length)
            length = 0
          } else length++
          const space = /\s/.test(char)
          if (!space && !inWord) counts['w']++
          inWord = !space
        }
      }
      counts['L'] = Math.max(counts['L'], length)
      for (const letter of Object.keys(total))
        total[letter] = letter === 'L' ? Math.max(total['L'], counts['L']) : total[letter] + counts[letter]
      rows.push({ counts, name: options.rest.length ? path : '' })
    })
    if (options.rest.length > 1) rows.push({ counts: total, name: 'total' })
    const single = rows.length === 1 && letters.length === 1
    const width = single
      ? 1
      : options.rest.length === 0 || options.rest.includes('-')
        ? 7
        : Math.max(1, String(total['c']).length)
    for (const { counts, name } of rows) {
      yield* write(
        1,
        `${letters.map((letter) => String(counts[letter]).padStart(width)).join(' ')}${name ? ` ${name}` : ''}\n`,
      )
    }
    return status
  },
)
