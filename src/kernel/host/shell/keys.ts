const SEQUENCE = /^\x1b(?:\[[0-9;?]*[A-Za-z~]|O[A-Za-z]|[^[O])/
const BEGUN = /^\x1b(?:\[[0-9;?]*|O)?$/

/** Split what a terminal sent into keys: control sequences are one key each, runs of plain text too. `rest` is an unfinished sequence. */
export function tokens(text: string): { keys: string[]; rest: string } {
  const keys: string[] = []
  let at = 0
  while (at < text.length) {
    const here = text.slice(at)
    if (here[0] === '\x1b') {
      const match = SEQUENCE.exec(here)
      if (!match) {
        if (BEGUN.test(here)) return { keys, rest: here }
        keys.push('\x1b')
        at++
        continue
      }
      keys.push(match[0])
      at += match[0].length
      continue
    }
    const plain = /^[^\x00-\x1f\x7f]+/.exec(here)?.[0] ?? here[0]
    keys.push(plain === '\r' && here[1] === '\n' ? '\r' : plain)
    at += plain === '\r' && here[1] === '\n' ? 2 : plain.length
  }
  return { keys, rest: '' }
}
