import type { YamlNode } from './node.ts'
import { Scanner } from './scanner.ts'
import type { Token, TokenType } from './token.ts'
import { placeOf, YamlError, type Mark } from './yaml-error.ts'

/** Collections within collections; go-yaml has 10,000, and no manifest has 50. */
export const MAX_DEPTH = 100
const CORE_TAGS = 'tag:yaml.org,2002:'

/** Scalars and collections; those through aliases count each time they are used. */
export const MAX_VALUES = 200_000

/** The first document of a text, or nothing. Throws YamlError in go-yaml's words (goyaml.v2/parserc.go). */
export const parseDocument = (text: string): YamlNode | undefined => new Parser(text).document()

/** A tree is built in one pass; recursion is bounded by MAX_DEPTH. */
class Parser {
  readonly #scanner: Scanner
  #anchors = new Map<string, YamlNode>()
  #handles = new Map([
    ['!', '!'],
    ['!!', CORE_TAGS],
  ])
  #depth = 0
  #nodes = 0

  constructor(text: string) {
    this.#scanner = new Scanner(text)
  }

  document(): YamlNode | undefined {
    while (this.#take('document-end')) {
      // Documents may end before one begins.
    }
    const first = this.#scanner.peek()
    if (first.type === 'stream-end') return undefined
    const explicit = first.type === 'directive' || first.type === 'document-start'
    if (explicit) {
      for (let directive = this.#take('directive'); directive; directive = this.#take('directive'))
        this.#directive(directive)
      if (!this.#take('document-start'))
        throw failure('did not find expected <document start>', this.#scanner.peek())
    }
    const { type, mark } = this.#scanner.peek()
    const empty = ['directive', 'document-start', 'document-end', 'stream-end'].includes(type)
    const root = empty ? emptyScalar(mark) : this.#node(true, false)
    // What comes after the first document is never asked for, but its first token is.
    this.#scanner.peek()
    return root
  }

  #take(type: TokenType): Token | undefined {
    return this.#scanner.peek().type === type ? this.#scanner.next() : undefined
  }

  /** Is the next token one of these? */
  #sees(...types: TokenType[]): boolean {
    return types.includes(this.#scanner.peek().type)
  }

  #directive(token: Token): void {
    const [name, first = '', second = ''] = token.value.split(/[ \t]+/)
    if (name === 'YAML' && first !== '1.1') throw failure('found incompatible YAML document', token)
    if (name === 'TAG') this.#handles.set(first, second)
  }

  #node(block: boolean, indentless: boolean): YamlNode {
    if (++this.#nodes > MAX_VALUES)
      throw new YamlError(`the document is too complex: more than ${MAX_VALUES} values`)
    const { mark } = this.#scanner.peek()
    let anchor = this.#take('anchor')
    const tagToken = this.#take('tag')
    anchor ??= this.#take('anchor')
    const tag = tagToken && this.#tagOf(tagToken)
    const node = this.#content(block, indentless, { mark, anchor: anchor?.value, tag: tag ?? '' })
    if (node) return node
    if (anchor === undefined && tag === undefined)
      throw failure('did not find expected node content', this.#scanner.peek())
    return this.#anchored(anchor?.value, {
      kind: 'scalar',
      mark,
      tag: tag ?? '',
      value: '',
      plain: tag === undefined || tag === '!',
    })
  }

  #content(
    block: boolean,
    indentless: boolean,
    { mark, anchor, tag }: { mark: Mark; anchor: string | undefined; tag: string },
  ): YamlNode | undefined {
    const token = this.#scanner.peek()
    if (token.type === 'alias' && anchor === undefined && tag === '') return this.#alias(this.#scanner.next())
    if (token.type === 'scalar') {
      const { value, plain = false } = this.#scanner.next()
      // `! 5` is text: a tag that says nothing takes the meaning away.
      return this.#anchored(anchor, {
        kind: 'scalar',
        mark,
        tag: tag === '!' ? '' : tag,
        value,
        plain: plain && tag !== '!',
      })
    }
    const isSequence =
      token.type === '[' || (block && token.type === 'block-sequence') || (indentless && token.type === '-')
    const isMapping = token.type === '{' || (block && token.type === 'block-mapping')
    if (!isSequence && !isMapping) return undefined
    if (++this.#depth > MAX_DEPTH)
      throw new YamlError(`nesting deeper than ${MAX_DEPTH} at ${placeOf(token.mark)}`)
    const node: YamlNode = isSequence
      ? { kind: 'sequence', mark, tag, items: [] }
      : { kind: 'mapping', mark, tag, pairs: [] }
    this.#anchored(anchor, node)
    if (node.kind === 'mapping')
      token.type === '{' ? this.#flowMapping(node.pairs) : this.#blockMapping(node.pairs)
    else if (token.type === '[') this.#flowSequence(node.items)
    else if (token.type === 'block-sequence') this.#blockSequence(node.items)
    else this.#indentless(node.items)
    this.#depth--
    return node
  }

  #anchored(anchor: string | undefined, node: YamlNode): YamlNode {
    if (anchor !== undefined) this.#anchors.set(anchor, node)
    return node
  }

  #alias({ value, mark }: Token): YamlNode {
    const to = this.#anchors.get(value)
    if (!to) throw new YamlError(`unknown anchor '${value}' referenced`)
    return { kind: 'alias', mark, name: value, to }
  }

  #tagOf(token: Token): string {
    const prefix = token.handle === '' ? '' : this.#handles.get(token.handle ?? '')
    if (prefix === undefined) throw failure('found undefined tag handle', token)
    const tag = prefix + token.value
    return tag.startsWith(CORE_TAGS) ? `!!${tag.slice(CORE_TAGS.length)}` : tag
  }

  #blockSequence(items: YamlNode[]): void {
    this.#scanner.next()
    while (this.#take('-'))
      items.push(this.#sees('-', 'block-end') ? this.#nothing() : this.#node(true, false))
    if (!this.#take('block-end')) throw failure("did not find expected '-' indicator", this.#scanner.peek())
  }

  #indentless(items: YamlNode[]): void {
    while (this.#take('-'))
      items.push(this.#sees('-', '?', ':', 'block-end') ? this.#nothing() : this.#node(true, false))
  }

  #blockMapping(pairs: [YamlNode, YamlNode][]): void {
    this.#scanner.next()
    while (this.#take('?')) {
      const key = this.#sees('?', ':', 'block-end') ? this.#nothing() : this.#node(true, true)
      const value =
        !this.#take(':') || this.#sees('?', ':', 'block-end') ? this.#nothing() : this.#node(true, true)
      pairs.push([key, value])
    }
    if (!this.#take('block-end')) throw failure('did not find expected key', this.#scanner.peek())
  }

  #flowSequence(items: YamlNode[]): void {
    this.#scanner.next()
    while (!this.#sees(']')) {
      if (items.length && !this.#take(','))
        throw failure("did not find expected ',' or ']'", this.#scanner.peek())
      if (items.length && this.#sees(']')) break
      items.push(this.#sees('?') ? this.#pair() : this.#node(false, false))
    }
    this.#scanner.next()
  }

  /** `[a: b]` is a list of one mapping of one pair. */
  #pair(): YamlNode {
    const { mark } = this.#scanner.next()
    const isEmpty = this.#sees(':', ',', ']')
    const key = isEmpty ? this.#nothing() : this.#node(false, false)
    // libyaml forgets what follows a key that is not there.
    if (isEmpty) this.#scanner.next()
    const value = !this.#take(':') || this.#sees(',', ']') ? this.#nothing() : this.#node(false, false)
    return { kind: 'mapping', mark, tag: '', pairs: [[key, value]] }
  }

  #flowMapping(pairs: [YamlNode, YamlNode][]): void {
    this.#scanner.next()
    while (!this.#sees('}')) {
      if (pairs.length && !this.#take(','))
        throw failure("did not find expected ',' or '}'", this.#scanner.peek())
      if (pairs.length && this.#sees('}')) break
      if (!this.#take('?')) pairs.push([this.#node(false, false), this.#nothing()])
      else {
        const key = this.#sees(':', ',', '}') ? this.#nothing() : this.#node(false, false)
        const value = !this.#take(':') || this.#sees(',', '}') ? this.#nothing() : this.#node(false, false)
        pairs.push([key, value])
      }
    }
    this.#scanner.next()
  }

  #nothing(): YamlNode {
    return emptyScalar(this.#scanner.peek().mark)
  }
}

const emptyScalar = (mark: Mark): YamlNode => ({ kind: 'scalar', mark, tag: '', value: '', plain: true })

/** go-yaml's parser counts lines from 0, and does not speak of the first (decode.go fail). */
const failure = (problem: string, { mark }: Token): YamlError =>
  new YamlError(mark.line ? `line ${mark.line}: ${problem}` : problem)
