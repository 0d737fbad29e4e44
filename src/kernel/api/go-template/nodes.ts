/** What a template is parsed into (Go: text/template/parse/node.go). */

export interface Position {
  readonly at: number
  /** As the template has it, for messages. */
  readonly text: string
}

export type Operand = Position &
  (
    | { readonly op: 'dot' | 'nil' }
    | { readonly op: 'field'; readonly path: readonly string[] }
    | { readonly op: 'variable'; readonly name: string; readonly path: readonly string[] }
    | { readonly op: 'function'; readonly name: string }
    | { readonly op: 'constant'; readonly value: bigint | number | string | boolean }
    | { readonly op: 'chain'; readonly of: Operand; readonly path: readonly string[] }
    | { readonly op: 'pipeline'; readonly pipeline: Pipeline }
  )

export interface CommandNode extends Position {
  readonly args: readonly Operand[]
}

export interface Pipeline extends Position {
  readonly variables: readonly string[]
  /** `=` instead of `:=`. */
  readonly assign: boolean
  readonly commands: readonly CommandNode[]
}

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipeline: Pipeline }
  | {
      readonly type: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[] | undefined
    }
  | {
      readonly type: 'template'
      readonly name: string
      readonly pipeline: Pipeline | undefined
      readonly at: number
    }
  | { readonly type: 'break' | 'continue' }

export interface Template {
  readonly name: string
  readonly source: string
  readonly nodes: readonly Node[]
}
