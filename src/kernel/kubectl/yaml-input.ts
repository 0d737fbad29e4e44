import { isAlias, isScalar, parseAllDocuments, visit } from 'yaml'
import { UserError } from '../api/user-error.ts'

const MAX_DEPTH = 100
const MAX_BYTES = 3 * 1024 * 1024
const MAX_DOCUMENTS = 1000

/** All objects of a file: YAML documents or concatenated JSON. Refuses what could hang a parser before it parses. */
export function readDocuments(text: string): unknown[] {
  if (text.length > MAX_BYTES)
    throw new UserError(`yaml: document is too large: ${text.length} bytes (allowed ${MAX_BYTES})`)
  const trimmed = text.trimStart()
  // apimachinery: util/yaml/decoder.go GuessJSONStream
  if (trimmed.startsWith('{')) return readJsonStream(trimmed)
  const parts = splitDocuments(text)
  if (parts.length > MAX_DOCUMENTS)
    throw new UserError(`yaml: too many documents (${parts.length}, allowed ${MAX_DOCUMENTS})`)
  return parts
    .map(({ text: part, line }) => parseOne(part, line))
    .filter((document) => document !== undefined && document !== null)
}

/** Objects one after the other, as `kubectl get -o json` and jq write them. */
function readJsonStream(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    const documents: unknown[] = []
    let rest = text
    while (rest.trim() !== '') {
      const end = endOfJson(rest)
      try {
        documents.push(JSON.parse(rest.slice(0, end)))
      } catch {
        // Perhaps flow-style YAML after all.
        return splitDocuments(text).map(({ text: part, line }) => parseOne(part, line))
      }
      rest = rest.slice(end).replace(/^\s*(---\s*)?/, '')
    }
    return documents
  }
}

function endOfJson(text: string): number {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '\\') i++
      else if (c === '"') quoted = false
    } else if (c === '"') quoted = true
    else if (c === '{' || c === '[') depth++
    else if ((c === '}' || c === ']') && --depth === 0) return i + 1
  }
  return text.length
}

function splitDocuments(text: string): { text: string; line: number }[] {
  const parts: { text: string; line: number }[] = []
  let current: string[] = []
  let start = 0
  text.split('\n').forEach((line, index) => {
    if (/^---(\s|$)/.test(line)) {
      parts.push({ text: current.join('\n'), line: start })
      current = [line.slice(3)]
      start = index
    } else current.push(line)
  })
  parts.push({ text: current.join('\n'), line: start })
  return parts.filter(({ text: part }) => part.replace(/^\s*(#.*)?$/gm, '') !== '')
}

function parseOne(text: string, firstLine: number): unknown {
  scan(text, firstLine)
  const [document, ...more] = parseAllDocuments(text, {
    version: '1.1',
    uniqueKeys: false,
    merge: true,
    intAsBigInt: false,
    schema: 'yaml-1.1',
    logLevel: 'silent',
  })
  if (!document || !('contents' in document)) return undefined
  const error =
    document.errors[0] ?? more.find((other) => 'errors' in other && other.errors.length)?.errors[0]
  if (error) throw new UserError(syntaxError(error, firstLine))
  let aliases = 0
  visit(document, {
    Alias: () => {
      if (++aliases > 100)
        throw new UserError('yaml: document contains excessive aliasing (allowed 100 aliases)')
    },
    Pair: (_key, { key }) => {
      if (key && !isScalar(key) && !isAlias(key))
        throw new UserError('yaml: complex mapping keys are not supported by Kubernetes')
    },
    Scalar: (_key, node) => {
      // Dates and binary are strings in JSON.
      if (node.value instanceof Date || node.value instanceof Uint8Array)
        node.value = node.source ?? String(node.value)
    },
  })
  try {
    return document.toJS({ maxAliasCount: 100, mapAsMap: false })
  } catch {
    throw new UserError('yaml: document contains excessive aliasing (allowed 100 aliases)')
  }
}

/** What the parser must never see: control characters, tabs as indentation, deep nesting (design/reliability.md, section 4). */
function scan(text: string, firstLine: number): void {
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f]/.exec(text)
  if (control) throw new UserError('yaml: control characters are not allowed')
  let depth = 0
  let indent = 0
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (/^ *\t+\S/.test(line) && !/^ *\t+#/.test(line) && !inBlockScalar(lines, index))
      throw new UserError(`yaml: line ${firstLine + index + 1}: found character that cannot start any token`)
    indent = Math.max(indent, (/^[ ]*((?:[-?] )*)/.exec(line)?.[0].length ?? 0) / 2)
    for (const c of line) {
      if (c === '[' || c === '{') depth++
      else if (c === ']' || c === '}') depth = Math.max(0, depth - 1)
      if (
        depth > MAX_DEPTH ||
        /^\s*([-?] ){50,}/.test(line) ||
        depth + (/^\s*((?:[-?:] ?)*)/.exec(line)?.[1]?.length ?? 0) / 2 > MAX_DEPTH
      )
        throw new UserError(`yaml: nesting deeper than ${MAX_DEPTH} at ${firstLine + index + 1}`)
    }
  }
}

function inBlockScalar(lines: readonly string[], index: number): boolean {
  for (let i = index - 1; i >= 0; i--) {
    const line = lines[i] as string
    if (/[|>][-+0-9]*\s*$/.test(line)) return true
    if (/^\S/.test(line)) return false
  }
  return false
}

/** go-yaml counts lines from 1 and says `yaml: line N: ...`. */
function syntaxError(
  error: { readonly message: string; readonly linePos?: readonly { readonly line: number }[] },
  firstLine: number,
): string {
  const line = firstLine + (error.linePos?.[0]?.line ?? 1)
  const first = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? ''
  const duplicate = /unique/.test(first)
  if (duplicate)
    return `error converting YAML to JSON: yaml: unmarshal errors:\n  line ${line}: key already set in map`
  return `error converting YAML to JSON: yaml: line ${line}: ${goWords(first)}`
}

const goWords = (message: string): string => {
  for (const [pattern, words] of translations) if (pattern.test(message)) return words
  return message.charAt(0).toLowerCase() + message.slice(1)
}

/** What libyaml would have said. */
const translations: readonly (readonly [RegExp, string])[] = [
  [
    /Nested mappings are not allowed|Implicit keys need to be on a single line|compact mappings/,
    'mapping values are not allowed in this context',
  ],
  [/must not be indented|same column|All mapping items|Implicit map keys/, 'did not find expected key'],
  [/sequence items|A block sequence/, "did not find expected '-' indicator"],
  [/Missing closing|Flow map|Flow sequence/, "did not find expected ',' or ']'"],
  [/tab|Tabs/, 'found character that cannot start any token'],
]
