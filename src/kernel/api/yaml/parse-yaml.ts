import { UserError } from '../user-error.ts'
import { decode, JsonError, type Decoded, type YamlValue } from './decode.ts'
import { parseDocument } from './parser.ts'
import { placeOf, YamlError } from './yaml-error.ts'

/** What YAML leaves out of the characters there are, and halves of surrogate pairs. */
const FORBIDDEN =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
/** Seen, but not where they stand: a byte order mark, and what changes the direction of reading. */
const UNSEEN = /[\u202a-\u202e\u2066-\u2069]|(?!^)\ufeff/
/** The API server takes no more (apiserver: config.go MaxRequestBodyBytes). */
const MAX_CHARACTERS = 3 * 1024 * 1024

/** A document and what a careful reader would remark. */
export interface YamlDocument extends Decoded {
  /** A character that is not seen, and where: `U+202E at 3:4`. */
  readonly unseen: string | undefined
}

/**
 * Read the first YAML document of a text that may come from anyone. It takes time in proportion to the text's length, and its
 * recursion is bounded, so nothing can hang or crash it. Throws UserError in the words of sigs.k8s.io/yaml.
 */
export function readYaml(text: string): YamlDocument {
  if (text.length > MAX_CHARACTERS)
    throw new UserError(
      `yaml: the document is too large: ${text.length} characters (allowed ${MAX_CHARACTERS})`,
    )
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden)
    throw new UserError(`yaml: control characters are not allowed (${characterAt(text, forbidden.index)})`)
  const unseen = UNSEEN.exec(text)
  try {
    const root = parseDocument(text)
    const decoded = root ? decode(root) : { value: null, duplicates: [], surprises: [] }
    return { ...decoded, unseen: unseen ? characterAt(text, unseen.index) : undefined }
  } catch (error) {
    if (error instanceof JsonError) throw new UserError(error.message)
    throw error instanceof YamlError ? new UserError(`yaml: ${error.message}`) : error
  }
}

/** The value of a text's first document. */
export const parseYaml = (text: string): YamlValue => readYaml(text).value

function characterAt(text: string, index: number): string {
  const lines = text.slice(0, index).split(/\r\n|[\n\r\x85\u2028\u2029]/)
  const mark = { index, line: lines.length - 1, column: lines.at(-1)?.length ?? 0 }
  return `U+${text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')} at ${placeOf(mark)}`
}
