import { UserError } from '../user-error.ts'

/** A text is no YAML, or more of it than is read; the message is go-yaml's, without the `yaml: ` before it. */
export class YamlError extends UserError {}

/** A place in a text, counted from 0. */
export interface Mark {
  readonly index: number
  readonly line: number
  readonly column: number
}

/** `3:4`, counted from 1, as people do. */
export const placeOf = ({ line, column }: Mark): string => `${line + 1}:${column + 1}`
