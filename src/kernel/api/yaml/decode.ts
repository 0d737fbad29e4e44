import type { YamlNode } from './node.ts'
import { resolvePlain, resolveTagged, type Scalar } from './resolve.ts'
import { MAX_DEPTH, MAX_VALUES } from './parser.ts'
import { placeOf, YamlError } from './yaml-error.ts'

/** JSON, and objects that may still be changed. */
export type YamlValue = Scalar | YamlValue[] | { [key: string]: YamlValue }

/** A key that a mapping has twice; the last one counts. Lines count from 1. */
export interface Duplicate {
  readonly key: string
  readonly line: number
  readonly first: number
}

/** A value that surely means something else than it seems to. */
export interface Surprise {
  readonly line: number
  readonly word: string
}

export interface Decoded {
  readonly value: YamlValue
  readonly duplicates: readonly Duplicate[]
  readonly surprises: readonly Surprise[]
}

const FREE_ALIASES = 100
const FREE_VALUES = 1000
const MAX_NOTES = 20
const SURPRISING = /^(?:y|n|yes|no|on|off)$/i

/** The value of a document (goyaml.v2/decode.go, and sigs.k8s.io/yaml on its way to JSON). Throws YamlError. */
export function decode(root: YamlNode): Decoded {
  const decoder = new Decoder()
  return { value: decoder.value(root), duplicates: decoder.duplicates, surprises: decoder.surprises }
}

class Decoder {
  readonly duplicates: Duplicate[] = []
  readonly surprises: Surprise[] = []
  #made = 0
  #depth = 0
  #throughAliases = 0
  #open = new Set<YamlNode>()

  value(node: YamlNode): YamlValue {
    this.#count()
    if (node.kind === 'scalar') return this.#scalar(node)
    if (node.kind === 'alias') return this.#through(node, (to) => this.value(to))
    // Aliases can nest what they stand for deeper than the text does.
    if (++this.#depth > MAX_DEPTH)
      throw new YamlError(`nesting deeper than ${MAX_DEPTH} at ${placeOf(node.mark)}`)
    const value = node.kind === 'sequence' ? node.items.map((item) => this.value(item)) : this.#fill({}, node)
    this.#depth--
    return value
  }

  #count(): void {
    this.#made++
    if (this.#open.size) this.#throughAliases++
    const made = this.#made
    const aliases = this.#throughAliases
    if (aliases > FREE_ALIASES && made > FREE_VALUES && aliases / made > allowedShare(made))
      throw new YamlError(`document contains excessive aliasing (allowed ${FREE_ALIASES} aliases)`)
    if (made > MAX_VALUES) throw new YamlError(`the document is too complex: more than ${MAX_VALUES} values`)
  }

  #through<T>({ name, to }: Extract<YamlNode, { kind: 'alias' }>, use: (to: YamlNode) => T): T {
    if (this.#open.has(to)) throw new YamlError(`anchor '${name}' value contains itself`)
    this.#open.add(to)
    const result = use(to)
    this.#open.delete(to)
    return result
  }

  #scalar(node: Extract<YamlNode, { kind: 'scalar' }>): Scalar {
    const { value, plain, tag, mark } = node
    if (tag) return resolveTagged(tag, value)
    if (!plain) return value
    try {
      const resolved = finite(resolvePlain(value))
      if (typeof resolved === 'boolean') this.#remark(node)
      return resolved
    } catch (error) {
      if (!(error instanceof YamlError) || error instanceof JsonError) throw error
      throw new YamlError(`line ${mark.line + 1}: ${error.message}`)
    }
  }

  #fill(
    object: { [key: string]: YamlValue },
    { pairs }: Extract<YamlNode, { kind: 'mapping' }>,
  ): { [key: string]: YamlValue } {
    const lines = new Map<string, number>()
    for (const [keyNode, valueNode] of pairs) {
      if (isMerge(keyNode)) {
        this.#merge(object, valueNode)
        continue
      }
      const key = this.#key(keyNode, valueNode)
      const line = keyNode.mark.line + 1
      const first = lines.get(key)
      if (first === undefined) lines.set(key, line)
      else this.#note(this.duplicates, { key, line, first })
      set(object, key, this.value(valueNode))
    }
    return object
  }

  #key(node: YamlNode, value: YamlNode): string {
    const target = node.kind === 'alias' ? node.to : node
    if (target.kind === 'scalar') {
      this.#count()
      const key = target.tag
        ? resolveTagged(target.tag, target.value)
        : target.plain
          ? resolvePlain(target.value)
          : target.value
      if (typeof key === 'boolean') this.#remark(target)
      if (key !== null) return typeof key === 'number' ? goFloat(key) : String(key)
      const shown = this.value(value)
      throw new JsonError(
        `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${shown === null ? '<nil>' : goSyntax(shown)}`,
      )
    }
    throw new YamlError(
      `invalid map key: ${goSyntax(this.value(node))} (complex mapping keys are not supported by Kubernetes)`,
    )
  }

  /** What comes later in the mapping wins, and of several merged ones the first. */
  #merge(object: { [key: string]: YamlValue }, node: YamlNode): void {
    const sources = node.kind === 'sequence' ? node.items.toReversed() : [node]
    for (const source of sources) {
      const mapping = source.kind === 'alias' ? source.to : source
      if (mapping.kind !== 'mapping')
        throw new YamlError('map merge requires map or sequence of maps as the value')
      if (source.kind === 'alias') this.#through(source, () => this.#fill(object, mapping))
      else this.#fill(object, mapping)
    }
  }

  /** A word such as `no` is text to everyone but YAML 1.1. */
  #remark({ plain, tag, value, mark }: Extract<YamlNode, { kind: 'scalar' }>): void {
    if (plain && !tag && SURPRISING.test(value))
      this.#note(this.surprises, { line: mark.line + 1, word: value })
  }

  #note<T>(notes: T[], note: T): void {
    if (notes.length < MAX_NOTES && !this.#open.size) notes.push(note)
  }
}

/** goyaml.v2/decode.go allowedAliasRatio. */
function allowedShare(made: number): number {
  if (made <= 400_000) return 0.99
  return made >= 4_000_000 ? 0.1 : 0.99 - 0.89 * ((made - 400_000) / 3_600_000)
}

const isMerge = (key: YamlNode): boolean =>
  key.kind === 'scalar' && key.value === '<<' && ((key.plain && !key.tag) || key.tag === '!!merge')

/** `__proto__` is a key like any other. */
function set(object: { [key: string]: YamlValue }, key: string, value: YamlValue): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}

/** encoding/json has no way to write these. */
function finite(value: Scalar): Scalar {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new JsonError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
}

/** YAML that JSON cannot say; told without `yaml:`. */
export class JsonError extends YamlError {}

/** A key that is a number, as go-yaml writes it. */
function goFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  return Number.isFinite(value) ? String(value) : value > 0 ? '.inf' : '-.inf'
}

/** Go's %#v of a value, as its maps of anything print. */
function goSyntax(value: YamlValue): string {
  if (value === null) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value !== 'object') return JSON.stringify(value)
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key] as YamlValue)}`)
  return `map[interface {}]interface {}{${pairs.join(', ')}}`
}
