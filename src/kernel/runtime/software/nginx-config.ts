import type { FileSystem } from '../../host/filesystem.ts'

/** One directive: a name, its arguments, and a block if it has one. */
export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly block: readonly Directive[] | undefined
}

export interface NginxLocation {
  readonly match: 'exact' | 'prefix' | 'regex'
  readonly path: string
  readonly directives: readonly Directive[]
}

export interface NginxServer {
  readonly ports: readonly number[]
  readonly names: readonly string[]
  readonly directives: readonly Directive[]
  readonly locations: readonly NginxLocation[]
}

/** What nginx cannot accept; the message follows `nginx: [emerg] `. */
export class NginxConfigError extends Error {}

const MAX_INCLUDES = 100

/** The servers that a configuration file and what it includes describe. */
export function readNginxConfig(fs: FileSystem, path: string): NginxServer[] {
  const http = parseFile(fs, path, { left: MAX_INCLUDES }).find(({ name }) => name === 'http')
  const servers = http?.block?.filter(({ name }) => name === 'server') ?? []
  return servers.map(({ block = [] }) => ({
    ports: listenPorts(block),
    names: block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    directives: block,
    locations: block.filter(({ name }) => name === 'location').map(location),
  }))
}

/** The first directive of a name in the innermost scope that has one. */
export const directiveOf = (
  name: string,
  ...scopes: readonly (readonly Directive[])[]
): Directive | undefined => {
  for (const scope of scopes) {
    const found = scope.find((directive) => directive.name === name)
    if (found) return found
  }
  return undefined
}

function listenPorts(block: readonly Directive[]): number[] {
  const ports = block
    .filter(({ name }) => name === 'listen')
    .map(({ args: [address] }) => Number(/(?:^|:)(\d+)$/.exec(address)?.[1] ?? 80))
  return ports.length ? [...new Set(ports)] : [80]
}

function location({ args, block = [] }: Directive): NginxLocation {
  const [modifier, path] = args.length > 1 ? args : ['', args[0]]
  const match = modifier === '=' ? 'exact' : modifier.startsWith('~') ? 'regex' : 'prefix'
  return { match, path: match === 'regex' && modifier === '~*' ? `(?i)${path}` : path, directives: block }
}

function parseFile(fs: FileSystem, path: string, budget: { left: number }): Directive[] {
  if (budget.left-- <= 0) throw new NginxConfigError(`too many include levels in ${path}`)
  if (!fs.exists(path)) throw new NginxConfigError(`open() "${path}" failed (2: No such file or directory)`)
  return expand(fs, new Parser(path, fs.read(path)).parse(), budget)
}

/** Put in what `include` names. */
function expand(fs: FileSystem, directives: readonly Directive[], budget: { left: number }): Directive[] {
  return directives.flatMap((directive) => {
    if (directive.block) return [{ ...directive, block: expand(fs, directive.block, budget) }]
    if (directive.name !== 'include') return [directive]
    return matching(fs, directive.args[0]).flatMap((path) => parseFile(fs, path, budget))
  })
}

function matching(fs: FileSystem, pattern: string): string[] {
  const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`
  if (!full.includes('*')) return [full]
  const directory = full.slice(0, full.lastIndexOf('/'))
  const [before, after] = full.slice(directory.length + 1).split('*')
  if (!fs.exists(directory)) return []
  return fs
    .list(directory)
    .filter((name) => name.startsWith(before) && name.endsWith(after) && !name.startsWith('.'))
    .map((name) => `${directory}/${name}`)
}

class Parser {
  readonly #path: string
  readonly #text: string
  #at = 0
  #line = 1

  constructor(path: string, text: string) {
    this.#path = path
    this.#text = text
  }

  parse(): Directive[] {
    const stack: { name: string; args: string[]; block: Directive[] }[] = [{ name: '', args: [], block: [] }]
    let words: string[] = []
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      const top = stack[stack.length - 1]
      if (token.quoted || !';{}'.includes(token.text)) words.push(token.text)
      else if (token.text === ';') {
        if (!words.length) this.#fail('unexpected ";"')
        top.block.push({ name: words[0], args: words.slice(1), block: undefined })
        words = []
      } else if (token.text === '{') {
        if (!words.length) this.#fail('unexpected "{"')
        stack.push({ name: words[0], args: words.slice(1), block: [] })
        words = []
      } else {
        if (words.length || stack.length === 1) this.#fail('unexpected "}"')
        stack.pop()
        stack[stack.length - 1].block.push(top)
      }
    }
    if (words.length || stack.length > 1) this.#fail('unexpected end of file, expecting ";" or "}"')
    return stack[0].block
  }

  #next(): { text: string; quoted: boolean } | undefined {
    const text = this.#text
    for (; this.#at < text.length; this.#at++) {
      const c = text[this.#at]
      if (c === '\n') this.#line++
      else if (c === '#') {
        const end = text.indexOf('\n', this.#at)
        this.#at = (end < 0 ? text.length : end) - 1
      } else if (!/\s/.test(c)) break
    }
    if (this.#at >= text.length) return undefined
    const c = text[this.#at]
    if (c === '"' || c === "'") return this.#quoted(c)
    if (';{}'.includes(c)) {
      this.#at++
      return { text: c, quoted: false }
    }
    const start = this.#at
    while (this.#at < text.length && !/[\s;{]/.test(text[this.#at])) this.#at++
    return { text: text.slice(start, this.#at), quoted: false }
  }

  #quoted(quote: string): { text: string; quoted: boolean } {
    let value = ''
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at]
      if (c === '\n') this.#line++
      if (c === quote) {
        this.#at++
        return { text: value, quoted: true }
      }
      if (c === '\\' && this.#at + 1 < this.#text.length) {
        const escaped = this.#text[++this.#at]
        value += { n: '\n', t: '\t', r: '\r' }[escaped] ?? escaped
      } else value += c
    }
    return this.#fail('unexpected end of file, expecting ";" or "}"')
  }

  #fail(why: string): never {
    throw new NginxConfigError(`${why} in ${this.#path}:${this.#line}`)
  }
}
