/** One word of an awk program. */
export interface Token {
  readonly kind: 'number' | 'string' | 'regexp' | 'name' | 'call' | 'word' | 'operator' | 'newline' | 'end'
  readonly text: string
}

const WORDS = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'in',
  'next',
  'nextfile',
  'exit',
  'return',
  'break',
  'continue',
  'delete',
  'print',
  'printf',
  'getline',
])
const OPERATORS = [
  '**=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '++',
  '--',
  '**',
  '>>',
  '!~',
  ...'{}()[];,+-*/%^!<>~?:=$|',
]
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** Cut a program into tokens. */
export function scan(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const divides = () => {
    const last = tokens.at(-1)
    return (
      last !== undefined &&
      (last.kind === 'number' ||
        last.kind === 'string' ||
        last.kind === 'name' ||
        (last.kind === 'operator' && /^(\)|\]|\$|\+\+|--)$/.test(last.text)))
    )
  }
  while (at < text.length) {
    const rest = text.slice(at)
    const skip = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(rest)
    if (skip) {
      at += skip[0].length
      continue
    }
    const token = tokenAt(rest, divides())
    if (!token)
      throw new SyntaxError(
        `syntax error at source line ${text.slice(0, at).split('\n').length}\n source line: ${rest.split('\n', 1)[0]}`,
      )
    tokens.push(token.token)
    at += token.length
  }
  return [...tokens, { kind: 'newline', text: '\n' }, { kind: 'end', text: '' }]
}

function tokenAt(rest: string, divides: boolean): { token: Token; length: number } | undefined {
  if (rest[0] === '\n') return { token: { kind: 'newline', text: '\n' }, length: 1 }
  const string = /^"((?:[^"\\\n]|\\[\s\S])*)"/.exec(rest)
  if (string) return { token: { kind: 'string', text: unescapeAwk(string[1]) }, length: string[0].length }
  const regexp = divides ? null : /^\/((?:[^/\\\n[]|\\.|\[\^?\]?[^\]]*\])*)\//.exec(rest)
  if (regexp)
    return { token: { kind: 'regexp', text: regexp[1].replaceAll('\\/', '/') }, length: regexp[0].length }
  const number = /^(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/.exec(rest)
  if (number) return { token: { kind: 'number', text: number[0] }, length: number[0].length }
  const name = /^[A-Za-z_]\w*/.exec(rest)
  if (name) {
    const kind = WORDS.has(name[0]) ? 'word' : rest[name[0].length] === '(' ? 'call' : 'name'
    return { token: { kind, text: name[0] }, length: name[0].length }
  }
  const operator = OPERATORS.find((each) => rest.startsWith(each))
  return operator ? { token: { kind: 'operator', text: operator }, length: operator.length } : undefined
}

export const unescapeAwk = (text: string): string =>
  text.replace(
    /\\(?:([0-7]{1,3})|\n|([\s\S]))/g,
    (whole, octal: string | undefined, char: string | undefined) =>
      octal
        ? String.fromCharCode(Number.parseInt(octal, 8))
        : char === undefined
          ? ''
          : (ESCAPES[char] ?? whole),
  )
