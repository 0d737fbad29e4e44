export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regexp'; readonly value: RegExp }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'field'; readonly index: Expression }
  | { readonly type: 'element'; readonly name: string; readonly key: readonly Expression[] }
  | {
      readonly type: 'assign'
      readonly operator: string
      readonly target: Expression
      readonly value: Expression
    }
  | { readonly type: 'step'; readonly target: Expression; readonly by: 1 | -1; readonly before: boolean }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly type: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly type: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly type: 'in'; readonly key: readonly Expression[]; readonly name: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly type: 'getline'
      readonly target: Expression | undefined
      readonly file: Expression | undefined
    }
  | { readonly type: 'group'; readonly list: readonly Expression[] }

export type AwkStatement =
  | { readonly type: 'expression'; readonly value: Expression }
  | {
      readonly type: 'print' | 'printf'
      readonly args: readonly Expression[]
      readonly to: { readonly operator: string; readonly file: Expression } | undefined
    }
  | { readonly type: 'block'; readonly body: readonly AwkStatement[] }
  | {
      readonly type: 'if'
      readonly test: Expression
      readonly yes: AwkStatement
      readonly no: AwkStatement | undefined
    }
  | {
      readonly type: 'loop'
      readonly start?: AwkStatement | undefined
      readonly test: Expression | undefined
      readonly step?: AwkStatement | undefined
      readonly body: AwkStatement
      readonly first: boolean
    }
  | { readonly type: 'each'; readonly variable: string; readonly name: string; readonly body: AwkStatement }
  | { readonly type: 'next' | 'break' | 'continue' | 'nextfile' }
  | { readonly type: 'exit' | 'return'; readonly value: Expression | undefined }
  | { readonly type: 'delete'; readonly name: string; readonly key: readonly Expression[] | undefined }

export interface AwkRule {
  readonly kind: 'BEGIN' | 'END' | 'match'
  readonly pattern?: Expression | undefined
  readonly until?: Expression | undefined
  readonly body: AwkStatement | undefined
}

export interface AwkFunction {
  readonly parameters: readonly string[]
  readonly body: AwkStatement
}

export interface AwkProgram {
  readonly rules: readonly AwkRule[]
  readonly functions: ReadonlyMap<string, AwkFunction>
}
