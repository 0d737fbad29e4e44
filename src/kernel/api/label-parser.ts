import { invalid, printFieldError } from './field-error.ts'
import {
  binaryOperators,
  labelRequirement,
  selectorOf,
  type LabelOperator,
  type LabelRequirement,
  type Selector,
} from './labels.ts'
import { validateQualifiedName } from './names.ts'
import { UserError } from './user-error.ts'

// apimachinery: pkg/labels/selector.go Lexer and Parser

export type LabelTokenKind =
  | 'error'
  | 'end'
  | ')'
  | ','
  | '!'
  | '=='
  | '='
  | '>'
  | 'identifier'
  | 'in'
  | '<'
  | '!='
  | 'notin'
  | '('

export interface LabelToken {
  readonly kind: LabelTokenKind
  readonly text: string
}

/** A selector as `-l` takes it, e.g. `app=web,tier in (a,b),!canary`; throws UserError. */
export function parseSelector(text: string): Selector {
  return selectorOf(new Parser(scanLabels(text)).requirements())
}

/** The tokens of a selector, the end included. */
export function scanLabels(text: string): LabelToken[] {
  const tokens: LabelToken[] = []
  // A NUL ends the text for upstream's lexer.
  const source = text.split('\0', 1)[0] ?? ''
  const pattern = /[ \t\r\n]*(?:([=!(),<>]+)|([^=!(),<> \t\r\n]+))/y
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const [, symbol, word = ''] = match
    const token = symbol ? longestSymbol(symbol) : { kind: keyword(word), text: word }
    if (symbol && token.kind !== 'error') pattern.lastIndex += token.text.length - symbol.length
    tokens.push(token)
  }
  return [...tokens, { kind: 'end', text: '' }]
}

/** The operator that a token stands for between a key and its values. */
export function operatorOf({ kind, text }: LabelToken): LabelOperator {
  const operator = operators[kind]
  if (!operator) throw new UserError(`found '${text}', expected: ${binaryOperators.join(', ')}`)
  return operator
}

const symbols: readonly string[] = ['!=', '==', ')', ',', '!', '=', '>', '<', '(']

const operators: Readonly<Partial<Record<LabelTokenKind, LabelOperator>>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
}

const keyword = (word: string): LabelTokenKind => (word === 'in' || word === 'notin' ? word : 'identifier')

function longestSymbol(run: string): LabelToken {
  const found = symbols.find((symbol) => run.startsWith(symbol))
  if (!found) return { kind: 'error', text: `error expected: keyword found '${run}'` }
  return { kind: found as LabelTokenKind, text: found }
}

class Parser {
  #position = 0
  readonly #tokens: readonly LabelToken[]

  constructor(tokens: readonly LabelToken[]) {
    this.#tokens = tokens
  }

  requirements(): LabelRequirement[] {
    const found: LabelRequirement[] = []
    for (;;) {
      const start = this.#peek()
      if (start.kind === 'end') return found
      if (!startsRequirement(start))
        throw new UserError(`found '${start.text}', expected: !, identifier, or 'end of string'`)
      found.push(this.#requirement())
      const after = this.#take()
      if (after.kind === 'end') return found
      if (after.kind !== ',') throw new UserError(`found '${after.text}', expected: ',' or 'end of string'`)
      const next = this.#peek()
      if (!startsRequirement(next))
        throw new UserError(`found '${next.text}', expected: identifier after ','`)
    }
  }

  #requirement(): LabelRequirement {
    try {
      const { key, negated } = this.#key()
      const { kind } = this.#peek()
      if (negated) return labelRequirement(key, '!', [])
      if (kind === 'end' || kind === ',') return labelRequirement(key, 'exists', [])
      const operator = operatorOf(this.#take(true))
      const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#exactValue()]
      return labelRequirement(key, operator, [...new Set(values)].sort())
    } catch (error) {
      if (error instanceof UserError) throw new UserError(`unable to parse requirement: ${error.message}`)
      throw error
    }
  }

  #key(): { key: string; negated: boolean } {
    const first = this.#take()
    const negated = first.kind === '!'
    const { kind, text } = negated ? this.#take() : first
    if (kind !== 'identifier') throw new UserError(`found '${text}', expected: identifier`)
    const errors = validateQualifiedName(text)
    if (errors.length) throw new UserError(printFieldError(invalid('', text, errors.join('; '))))
    return { key: text, negated }
  }

  #values(): string[] {
    const open = this.#take()
    if (open.kind !== '(') throw new UserError(`found '${open.text}' expected: '('`)
    const next = this.#peek()
    if (next.kind === ')') {
      this.#take()
      return ['']
    }
    if (next.kind !== 'identifier' && next.kind !== ',')
      throw new UserError(`found '${next.text}', expected: ',', ')' or identifier`)
    const values = this.#list()
    if (this.#take().kind !== ')') throw new UserError(`found '${next.text}', expected: ')'`)
    return values
  }

  /** Values and commas up to the `)`; a value missing beside a comma is the empty one. */
  #list(): string[] {
    const values: string[] = []
    for (;;) {
      const token = this.#take()
      const next = this.#peek()
      if (token.kind === 'identifier') {
        values.push(token.text)
        if (next.kind === ')') return values
        if (next.kind !== ',') throw new UserError(`found '${next.text}', expected: ',' or ')'`)
      } else if (token.kind === ',') {
        if (!values.length || next.kind === ')' || next.kind === ',') values.push('')
        if (next.kind === ')') return values
      } else throw new UserError(`found '${token.text}', expected: ',', or identifier`)
    }
  }

  #exactValue(): string {
    const { kind } = this.#peek()
    if (kind === 'end' || kind === ',') return ''
    const token = this.#take()
    if (token.kind !== 'identifier') throw new UserError(`found '${token.text}', expected: identifier`)
    return token.text
  }

  /** `in` and `notin` are words like others except where an operator stands. */
  #peek(asOperator = false): LabelToken {
    const token = this.#tokens[this.#position] ?? { kind: 'end', text: '' }
    const word = !asOperator && (token.kind === 'in' || token.kind === 'notin')
    return word ? { kind: 'identifier', text: token.text } : token
  }

  #take(asOperator = false): LabelToken {
    const token = this.#peek(asOperator)
    this.#position++
    return token
  }
}

const startsRequirement = ({ kind }: LabelToken) => kind === 'identifier' || kind === '!'
