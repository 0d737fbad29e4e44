import type { Mark } from './yaml-error.ts'

export type TokenType =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence'
  | 'block-mapping'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | '-'
  | ','
  | '?'
  | ':'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

/** A piece of YAML; what begins and ends blocks stands for indentation. */
export interface Token {
  readonly type: TokenType
  readonly mark: Mark
  /** A scalar's text, a name, a directive's words. */
  readonly value: string
  /** Of a scalar: neither quoted nor a block. */
  readonly plain?: boolean
  /** Of a tag: `!`, `!!`, `!e!`, or '' when it was written in full. */
  readonly handle?: string
}
