/** The data-driven test format of cockroachdb/datadriven: a command, its input, `----`, what it prints. */

export interface Argument {
  readonly key: string
  readonly values: readonly string[]
}

export interface Directive {
  readonly line: number
  readonly command: string
  readonly args: readonly Argument[]
  readonly input: string
  readonly expected: string
}

/** Reads a whole file. */
export function parseDirectives(text: string): Directive[] {
  const lines = text.split('\n')
  const directives: Directive[] = []
  let at = 0
  while (at < lines.length) {
    const start = at
    let head = lines[at++]!.trim()
    if (head === '' || head.startsWith('#')) continue
    while (head.endsWith('\\') && at < lines.length)
      head = `${head.slice(0, -1).trim()} ${lines[at++]!.trim()}`
    const input: string[] = []
    while (at < lines.length && lines[at] !== '----') input.push(lines[at++]!)
    const { output, next } = readOutput(lines, at + 1)
    at = next
    const expected = output.join('\n')
    directives.push({ line: start + 1, ...parseLine(head), input: input.join('\n').trim(), expected })
  }
  return directives
}

/** `command word key=value key=(a, b)` */
export function parseLine(line: string): { readonly command: string; readonly args: readonly Argument[] } {
  const [command = '', ...rest] = line.match(/[^\s=()]+(=(\([^)]*\)|[^\s]*))?/g) ?? []
  return { command, args: rest.map(parseArgument) }
}

/** A double `----` encloses an output with blank lines; otherwise a blank line ends it. */
function readOutput(lines: readonly string[], start: number): { output: string[]; next: number } {
  const output: string[] = []
  let at = start
  const double = lines[at] === '----'
  if (double) at++
  while (at < lines.length) {
    if (double ? lines[at] === '----' && lines[at + 1] === '----' : lines[at]!.trim() === '') break
    output.push(lines[at++]!)
  }
  return { output, next: double ? at + 2 : at }
}

function parseArgument(word: string): Argument {
  const equals = word.indexOf('=')
  if (equals < 0) return { key: word, values: [] }
  const value = word.slice(equals + 1)
  const values = value.startsWith('(') ? value.slice(1, -1).split(',') : [value]
  return {
    key: word.slice(0, equals),
    values: values.map((each) => each.trim()).filter((each) => each !== ''),
  }
}
