// YAML as sigs.k8s.io/yaml prints it: keys sorted, two spaces, sequences not indented, strings quoted where a reader
// might take them for something else (gopkg.in/yaml.v2: encode.go).

/** A JSON value as YAML text with a newline at its end. */
export function printYaml(value: unknown): string {
  const out: string[] = []
  block(value, 0, 0, out, 'top')
  return out.join('')
}

type Place = 'top' | 'map' | 'list'

function block(value: unknown, indent: number, column: number, out: string[], place: Place): void {
  if (Array.isArray(value) && value.length) return sequence(value, indent, out, place)
  if (isMap(value) && definedKeys(value).length) return mapping(value, indent, out, place)
  out.push(place === 'map' ? ' ' : '', scalar(value, indent, place === 'map' ? column + 1 : column), '\n')
}

function sequence(items: readonly unknown[], indent: number, out: string[], place: Place): void {
  if (place === 'map') out.push('\n')
  items.forEach((item, index) => {
    out.push(place === 'list' && index === 0 ? '' : ' '.repeat(indent), '- ')
    block(item, indent + 2, indent + 2, out, 'list')
  })
}

function mapping(map: Record<string, unknown>, indent: number, out: string[], place: Place): void {
  if (place === 'map') out.push('\n')
  definedKeys(map).forEach((key, index) => {
    const label = `${text(key, indent, 'key')}:`
    out.push(place === 'list' && index === 0 ? '' : ' '.repeat(indent), label)
    const child = map[key]
    // A sequence below a key stands at the key's own column.
    const deeper = Array.isArray(child) && child.length ? indent : indent + 2
    block(child, deeper, indent + label.length, out, 'map')
  })
}

function scalar(value: unknown, indent: number, column: number): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return text(value, indent, column)
  if (Array.isArray(value)) return '[]'
  if (typeof value === 'object') return '{}'
  if (typeof value === 'number') return printNumber(value)
  return String(value)
}

/** A number as Go prints a float64 with %g. */
export const printNumber = (value: number): string => String(value).replace(/e([+-])(\d)$/, 'e$10$2')

/** `column` is where it begins; keys are never folded. */
function text(value: string, indent: number, column: number | 'key'): string {
  if (special.test(value)) return doubleQuoted(value, indent, column)
  if (value.includes('\n')) {
    const block = column !== 'key' && !/ (\n|$)/.test(value)
    return block ? literal(value, indent) : doubleQuoted(value, indent, column)
  }
  if (looksTyped(value)) return doubleQuoted(value, indent, column)
  if (!mustQuote(value)) return fold(value, indent, column, 0)
  return fold(`'${value.replaceAll("'", "''")}'`, indent, column, 1)
}

/** A line that is longer than 80 goes on in the next at a space (go-yaml: yaml_emitter_write_plain_scalar). */
function fold(value: string, indent: number, column: number | 'key', quotes: number): string {
  if (column === 'key' || column + value.length <= 80) return value
  let out = ''
  let at = column
  for (let i = 0; i < value.length; i++) {
    const single = value[i] === ' ' && value[i - 1] !== ' ' && value[i + 1] !== ' '
    if (single && at > 80 && i > quotes && i < value.length - 1 - quotes) {
      out += `\n${' '.repeat(indent)}`
      at = indent
    } else {
      out += value[i]
      at++
    }
  }
  return out
}

/** `|` with its lines. */
function literal(value: string, indent: number): string {
  const lines = value.split('\n')
  const chomp = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : ''
  if (value.endsWith('\n')) lines.pop()
  const hint = /^[ \n]/.test(value) ? '2' : ''
  const pad = ' '.repeat(indent)
  return `|${hint}${chomp}\n${lines.map((line) => (line === '' ? '' : pad + line)).join('\n')}`
}

// What only double quotes can hold (yaml_emitter_analyze_scalar: special_characters).
const special = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

function doubleQuoted(value: string, indent: number, column: number | 'key'): string {
  let out = '"'
  let at = column === 'key' ? 0 : column + 1
  let spaces = false
  const characters = [...value]
  characters.forEach((character, i) => {
    const breaks = character === ' ' && !spaces && column !== 'key' && at > 80
    if (breaks && i > 0 && i < characters.length - 1) {
      const hold = characters[i + 1] === ' ' ? '\\' : ''
      out += `\n${' '.repeat(indent)}${hold}`
      at = indent + hold.length
    } else {
      const shown =
        escapes[character] ?? (/[\x20-\x7e\u{a1}-\u{10ffff}]/u.test(character) ? character : hex(character))
      out += shown
      at += shown.length
    }
    spaces = character === ' '
  })
  return `${out}"`
}

function hex(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = (count: number) => code.toString(16).toUpperCase().padStart(count, '0')
  return code < 256 ? `\\x${digits(2)}` : code < 65536 ? `\\u${digits(4)}` : `\\U${digits(8)}`
}

/** A plain scalar would be read as something that is not this string (go-yaml: resolve.go). */
const looksTyped = (value: string): boolean =>
  words.test(value) ||
  (/^[-+.0-9]/.test(value) && number.test(value.replaceAll('_', ''))) ||
  sexagesimal.test(value) ||
  timestamp.test(value)

const words =
  /^(|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/
const number = /^[-+]?(0b[01]+|0x[0-9a-fA-F]+|0o?[0-7]+|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)$/
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d*)?(Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(\.\d*)?)?$/

/** Neither plain nor typed: an indicator stands where it would be one. */
const mustQuote = (value: string): boolean =>
  /^[-?:]( |$)|^[,[\]{}#&*!|>'"%@`]|^(---|\.\.\.)|^ | $|:( |$)| #/.test(value)

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const definedKeys = (map: Record<string, unknown>) =>
  Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(byNatural)

/** gopkg.in/yaml.v2 sorts keys as people would: numbers inside by value (sorter.go keyList.Less). */
export function byNatural(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i] as string
    const y = right[i] as string
    if (x === y) continue
    const xLetter = letter.test(x)
    const yLetter = letter.test(y)
    if (xLetter && yLetter) return x < y ? -1 : 1
    if (xLetter || yLetter) return yLetter ? -1 : 1
    return numbers(left, right, i)
  }
  return left.length - right.length
}

const letter = /\p{L}/u
const digit = /\d/

function numbers(left: readonly string[], right: readonly string[], i: number): number {
  const x = left[i] as string
  const y = right[i] as string
  let start = i
  if (x === '0' || y === '0') while (start > 0 && digit.test(left[start - 1] ?? '')) start--
  const run = (characters: readonly string[]) => {
    let end = i
    while (end < characters.length && digit.test(characters[end] ?? '')) end++
    return end - i
  }
  const a = Number(left.slice(i, i + run(left)).join(''))
  const b = Number(right.slice(i, i + run(right)).join(''))
  if (a !== b) return a - b
  const lengths = run(left) - run(right)
  return lengths || (x < y ? -1 : 1)
}
