/** A line of a Corefile with the block that follows it. */
export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly block: readonly Directive[]
  /** Whether there was a block at all, maybe empty. */
  readonly hasBlock: boolean
  readonly line: number
}

/** The plugins of some zones on a port: `cluster.local:1053 { ... }`. */
export interface ServerBlock {
  readonly keys: readonly string[]
  readonly directives: readonly Directive[]
}

/** What is wrong with a Corefile. */
export class CorefileError extends Error {}

interface Token {
  readonly text: string
  readonly line: number
}

/** Read a Corefile (CoreDNS: coremain, caddyfile): server blocks, or bare directives of the root zone. */
export function parseCorefile(
  text: string,
  env: Readonly<Record<string, string>> = {},
  file = 'Corefile',
): ServerBlock[] {
  const reader = new Reader(tokensOf(replaceEnvironment(text, env)), file)
  const blocks: ServerBlock[] = []
  while (!reader.atEnd) {
    const keys = reader.restOfLine().map((key) => key.replace(/,$/, ''))
    if (keys.at(-1) === '{') keys.pop()
    else reader.expect('{')
    blocks.push({ keys, directives: reader.directives(true) })
  }
  return blocks
}

/** The directives of one server block alone, as plugins' own tests have them. */
export const parseDirectives = (text: string, file = 'Testfile'): Directive[] =>
  new Reader(tokensOf(text), file).directives(false)

const replaceEnvironment = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\{\$(\w+)\}|\{%(\w+)%\}/g, (_, a: string | undefined, b: string) => env[a ?? b] ?? '')

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  text.split('\n').forEach((line, i) => {
    for (const [word, quoted] of line.matchAll(/#.*|"((?:[^"\\]|\\.)*)"|\S+/g)) {
      if (word.startsWith('#')) break
      tokens.push({ text: quoted === undefined ? word : quoted.replace(/\\(.)/g, '$1'), line: i + 1 })
    }
  })
  return tokens
}

class Reader {
  readonly #tokens: readonly Token[]
  readonly #file: string
  #at = 0

  constructor(tokens: readonly Token[], file: string) {
    this.#tokens = tokens
    this.#file = file
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  /** The words up to the end of this line. */
  restOfLine(): string[] {
    const line = this.#tokens[this.#at]?.line
    const words: string[] = []
    while (!this.atEnd && this.#tokens[this.#at].line === line) words.push(this.#tokens[this.#at++].text)
    return words
  }

  expect(text: string): void {
    const found = this.#tokens[this.#at++]
    if (found?.text !== text) this.#fail(`Unexpected token '${found?.text ?? 'EOF'}', expecting '${text}'`)
  }

  /** Up to the brace that closes them (or the end). */
  directives(closed: boolean, depth = 0): Directive[] {
    const found: Directive[] = []
    for (;;) {
      const token = this.#tokens[this.#at]
      if (!token) {
        if (closed) this.#fail("Unexpected EOF, expecting '}'")
        return found
      }
      if (token.text === '}' && closed) {
        this.#at++
        return found
      }
      if (depth > 8) this.#fail('blocks are nested too deeply')
      const [name, ...args] = this.restOfLine()
      const hasBlock = args.at(-1) === '{'
      if (hasBlock) args.pop()
      const closes = !hasBlock && args.at(-1) === '}' && closed
      if (closes) args.pop()
      const block = hasBlock ? this.directives(true, depth + 1) : []
      found.push({ name, args, block, hasBlock, line: token.line })
      if (closes) return found
    }
  }

  #fail(why: string): never {
    const line = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]?.line ?? 0
    throw new CorefileError(`${this.#file}:${line} - Error during parsing: ${why}`)
  }
}
