/** Something wrong with a text, found without parsing it; lines and columns count from 1. */
export interface YamlProblem {
  readonly line: number
  readonly column: number
  readonly length: number
  readonly message: string
  readonly severity: 'error' | 'warning'
}

const MAX_BYTES = 1024 * 1024
const MAX_DEPTH = 100
const MAX_ANCHORS = 100
const MAX_DOCUMENTS = 1000
const MAX_PROBLEMS = 50

/**
 * One pass over a text that may come from anyone, before any parser sees it: some texts of a few kilobytes make parsers run for
 * minutes or end the whole process (../shared/design/reliability.md, sections 0, 2 B1 and 4, whose words these are).
 * Where an error is found the text must not be parsed.
 */
export function scanYaml(text: string): YamlProblem[] {
  if (text.length > MAX_BYTES) return [problem(1, 1, `413 Request entity too large: limit is ${MAX_BYTES}`)]
  const scan = new Scan()
  let number = 0
  for (const line of text.split('\n')) scan.line(line.replace(/\r$/, ''), ++number)
  return scan.problems
}

const problem = (
  line: number,
  column: number,
  message: string,
  severity: YamlProblem['severity'] = 'error',
  length = 1,
): YamlProblem => ({ line, column, length, message, severity })

/** Keys of one block mapping, and where each was first. */
interface Mapping {
  readonly indent: number
  readonly keys: Map<string, number>
}

class Scan {
  readonly problems: YamlProblem[] = []
  #mappings: Mapping[] = []
  #flow = 0
  #quote = ''
  /** Lines indented deeper than this are text. */
  #block: number | undefined
  #anchors = 0
  #aliases = 0
  #documents = 1

  line(line: string, number: number): void {
    if (this.problems.length >= MAX_PROBLEMS) return
    this.#characters(line, number)
    if (this.#quote || this.#flow) return this.#inline(line, number, 0)
    const indent = /^ */.exec(line)?.[0].length ?? 0
    if (line.trim() === '' || (this.#block !== undefined && indent > this.#block)) return
    this.#block = undefined
    if (/^---(\s|$)/.test(line)) this.#document(number)
    else if (line[indent] === '\t' && !/^\s*#/.test(line))
      this.#add(
        number,
        indent + 1,
        `error: yaml: line ${number}: found character '\\t' that cannot start any token (use spaces)`,
      )
    else if (line[indent] !== '#') this.#content(line, number, indent)
  }

  #document(number: number): void {
    this.#mappings = []
    if (++this.#documents === MAX_DOCUMENTS + 1)
      this.#add(number, 1, `too many documents (max ${MAX_DOCUMENTS})`)
  }

  /** `- - key: value`: dashes open sequences, then perhaps a key, then a value. */
  #content(line: string, number: number, indent: number): void {
    let at = indent
    let dashes = 0
    while (/^[-?](\s|$)/.test(line.slice(at, at + 2))) {
      if (line[at] === '?')
        return this.#add(number, at + 1, 'yaml: complex mapping keys are not supported by Kubernetes')
      this.#leave(at, true)
      dashes++
      at++
      while (line[at] === ' ') at++
    }
    const key = KEY.exec(line.slice(at, at + 1024))
    if (key) this.#key(key[1] ?? '', number, at, dashes)
    else this.#leave(at, false)
    if (this.#mappings.length + dashes > MAX_DEPTH)
      this.#add(number, at + 1, `yaml: nesting deeper than ${MAX_DEPTH} at ${number}:${at + 1}`)
    const value = key ? at + key[0].length : at
    if (/^\s*[|>][-+0-9]*\s*(#.*)?$/.test(line.slice(value))) this.#block = at === indent ? indent : at - 1
    else this.#inline(line, number, value)
  }

  #leave(indent: number, all: boolean): void {
    while (this.#mappings.length && (this.#mappings.at(-1) as Mapping).indent >= indent + (all ? 1 : 0))
      this.#mappings.pop()
  }

  #key(written: string, number: number, indent: number, dashes: number): void {
    const key = written.trim().replace(/^(["'])(.*)\1$/, '$2')
    while (this.#mappings.length && (this.#mappings.at(-1) as Mapping).indent > indent) this.#mappings.pop()
    let mapping = this.#mappings.at(-1)
    if (mapping?.indent !== indent || dashes) this.#mappings.push((mapping = { indent, keys: new Map() }))
    const first = mapping.keys.get(key)
    if (first === undefined) mapping.keys.set(key, number)
    else
      this.#add(
        number,
        indent + 1,
        `line ${number}: key "${key}" already set in map (first at line ${first})`,
        'error',
        written.length,
      )
  }

  /** Flow collections, quotes, anchors and aliases, from a column on. */
  #inline(line: string, number: number, from: number): void {
    let start = true
    for (let i = from; i < line.length; i++) {
      const character = line[i] as string
      if (this.#quote) {
        if (character === '\\' && this.#quote === '"') i++
        else if (character === this.#quote) this.#quote = ''
        continue
      }
      if (character === '#' && (i === 0 || /\s/.test(line[i - 1] as string))) break
      if (start && (character === '"' || character === "'")) this.#quote = character
      else if (start && (character === '&' || character === '*')) this.#reference(character, number, i)
      else if ((start || this.#flow) && (character === '[' || character === '{')) this.#open(number, i)
      else if (this.#flow && (character === ']' || character === '}')) this.#flow--
      start = /\s/.test(character) ? start : this.#flow > 0 && /[[{,:]/.test(character)
    }
    if (!this.#quote && !this.#flow) this.#value(line.slice(from), number, from)
  }

  #open(number: number, at: number): void {
    this.#flow++
    if (this.#flow + this.#mappings.length === MAX_DEPTH + 1)
      this.#add(number, at + 1, `yaml: nesting deeper than ${MAX_DEPTH} at ${number}:${at + 1}`)
  }

  #reference(character: string, number: number, at: number): void {
    const count = character === '&' ? ++this.#anchors : ++this.#aliases
    if (count === MAX_ANCHORS + 1)
      this.#add(number, at + 1, `yaml: document contains excessive aliasing (allowed ${MAX_ANCHORS} aliases)`)
  }

  /** Plain words that mean something else than they seem to. */
  #value(rest: string, number: number, from: number): void {
    const [, space = '', word = ''] = /^(\s*)(\S+)\s*(?:#.*)?$/.exec(rest.slice(0, 200)) ?? []
    if (!word || rest.length > 200) return
    const column = from + space.length + 1
    if (/^(y|n|yes|no|on|off)$/i.test(word))
      this.#add(
        number,
        column,
        `value "${word}" is a boolean in Kubernetes; quote it`,
        'warning',
        word.length,
      )
    else if (/^[-+]?\d{16,}$/.test(word) && !Number.isSafeInteger(Number(word)))
      this.#add(number, column, `cannot represent ${word} exactly`, 'warning', word.length)
  }

  #characters(line: string, number: number): void {
    const forbidden = FORBIDDEN.exec(line)
    if (forbidden) {
      const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      const where = forbidden.index + 1
      if (number > 1 || where > 1 || code !== 'FEFF')
        this.#add(number, where, `yaml: control characters are not allowed (U+${code} at ${number}:${where})`)
    }
    const bidi = BIDI.exec(line)
    if (bidi)
      this.#add(
        number,
        bidi.index + 1,
        'yaml: this line changes the direction in which it is read',
        'warning',
      )
  }

  #add(
    line: number,
    column: number,
    message: string,
    severity: YamlProblem['severity'] = 'error',
    length = 1,
  ): void {
    if (this.problems.length < MAX_PROBLEMS)
      this.problems.push(problem(line, column, message, severity, length))
  }
}

/** A key at the beginning of what is left of a line, with its colon. */
const KEY = /^((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*![\]{},|>@`"'%?-][^#]*?|-[^\s#][^#]*?)\s*):(?=\s|$)/
const FORBIDDEN =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const BIDI = /[\u202a-\u202e\u2066-\u2069]/
