import { JsonSyntaxError, parseJsonStream } from '../api/json-text.ts'
import { UserError } from '../api/user-error.ts'
import { readYaml, type YamlDocument } from '../api/yaml/parse-yaml.ts'

const MAX_CHARACTERS = 3 * 1024 * 1024
const MAX_DOCUMENTS = 1000
const SEPARATOR = '---'

/** All objects of a file: YAML documents or JSON one after the other. Throws UserError. */
export const readDocuments = (text: string): unknown[] => [...documentsOf(text)]

/** The objects of a file as far as it can be read; what comes before a mistake counts (apimachinery: util/yaml YAMLOrJSONDecoder). */
export function* documentsOf(text: string, warn: (warning: string) => void = () => {}): Generator<unknown> {
  if (text.length > MAX_CHARACTERS)
    throw new UserError(
      `413 Request entity too large: limit is ${MAX_CHARACTERS}, the file has ${text.length} characters`,
    )
  const values = text.trimStart().startsWith('{') ? jsonValues(text) : yamlValues(text, warn)
  let count = 0
  for (const value of values) {
    if (value === null || value === undefined) continue
    if (++count > MAX_DOCUMENTS) throw new UserError(`too many documents (max ${MAX_DOCUMENTS})`)
    yield value
  }
}

function* jsonValues(text: string): Generator<unknown> {
  try {
    for (const { value } of parseJsonStream(text)) yield value
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new UserError(
      error.offset === undefined ? 'unexpected EOF' : `json: offset ${error.offset}: ${error.message}`,
    )
  }
}

function* yamlValues(text: string, warn: (warning: string) => void): Generator<unknown> {
  for (const part of splitDocuments(text)) {
    const document = readPart(part)
    for (const warning of warningsOf(document)) warn(warning)
    yield document.value
  }
}

function readPart(part: string): YamlDocument {
  try {
    return readYaml(part)
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(`error converting YAML to JSON: ${error.message}`)
      : error
  }
}

/** What kubectl would take without a word, though nobody can have meant it. */
function* warningsOf({ duplicates, surprises, unseen }: YamlDocument): Generator<string> {
  for (const { line, key, first } of duplicates)
    yield `line ${line}: key "${key}" already set in map (first at line ${first})`
  for (const { line, word } of surprises)
    yield `line ${line}: value "${word}" is a boolean in Kubernetes; quote it`
  if (unseen) yield `there is a character that is not seen (${unseen})`
}

/** Texts between separators; each line ends with a newline (apimachinery: util/yaml YAMLReader). */
export function* splitDocuments(text: string): Generator<string> {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  if (lines.at(-1) === '') lines.pop()
  let part: string[] = []
  for (const line of lines) {
    if (line.startsWith(SEPARATOR)) {
      const rest = line.slice(SEPARATOR.length).trim()
      if (rest !== '' && !rest.startsWith('#'))
        throw new UserError(`invalid Yaml document separator: ${rest}`)
      if ((rest === '' || rest.startsWith('#')) && part.length) {
        yield `${part.join('\n')}\n`
        part = []
        continue
      }
    }
    part.push(line)
  }
  if (part.length) yield `${part.join('\n')}\n`
}
