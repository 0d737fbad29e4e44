/** A jq filter as a tree. */
export type Filter =
  | { readonly type: 'identity' | 'recurse' | 'break-none' }
  | { readonly type: 'literal'; readonly value: unknown }
  | {
      readonly type: 'string'
      readonly format: string | undefined
      readonly parts: readonly (string | Filter)[]
    }
  | { readonly type: 'format'; readonly name: string }
  | { readonly type: 'index'; readonly target: Filter; readonly key: Filter }
  | {
      readonly type: 'slice'
      readonly target: Filter
      readonly from: Filter | undefined
      readonly to: Filter | undefined
    }
  | { readonly type: 'iterate'; readonly target: Filter }
  | { readonly type: 'try'; readonly body: Filter; readonly handler: Filter | undefined }
  | {
      readonly type: 'pipe' | 'comma' | 'and' | 'or' | 'alternative'
      readonly left: Filter
      readonly right: Filter
    }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'assign'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'negate'; readonly operand: Filter }
  | { readonly type: 'array'; readonly body: Filter | undefined }
  | { readonly type: 'object'; readonly entries: readonly { readonly key: Filter; readonly value: Filter }[] }
  | { readonly type: 'if'; readonly test: Filter; readonly yes: Filter; readonly no: Filter }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'bind'; readonly source: Filter; readonly pattern: Pattern; readonly body: Filter }
  | {
      readonly type: 'reduce' | 'foreach'
      readonly source: Filter
      readonly pattern: Pattern
      readonly start: Filter
      readonly update: Filter
      readonly extract: Filter | undefined
    }
  | { readonly type: 'define'; readonly definition: Definition; readonly body: Filter }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Filter[] }

export type Pattern =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly Pattern[] }
  | {
      readonly type: 'object'
      readonly entries: readonly { readonly key: Filter; readonly pattern: Pattern }[]
    }

export interface Definition {
  readonly name: string
  readonly parameters: readonly string[]
  readonly body: Filter
}
