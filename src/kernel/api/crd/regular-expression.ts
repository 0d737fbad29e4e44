/** A pattern of a schema, compiled, or what Go's regexp says is wrong with it. */
export interface Expression {
  readonly regExp?: RegExp
  readonly problem?: string
}

const known = new Map<string, Expression>()
/** Schemas come from outside: old patterns make room. */
const MAX_KNOWN = 1000

/** Compile a pattern in RE2's syntax (what CRDs use of it means the same here). */
export function expression(pattern: string): Expression {
  const found = known.get(pattern)
  if (found) return found
  const made = compile(pattern)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(pattern, made)
  return made
}

function compile(pattern: string): Expression {
  const unsupported = /\(\?(<?[=!])/.exec(pattern)
  if (unsupported)
    return { problem: syntaxError('invalid or unsupported Perl syntax', `(?${unsupported[1]}`) }
  const [flags, plain] = withoutFlags(pattern)
  // Go takes lone brackets as they are, which ECMAScript does only without `u`.
  for (const mode of [flags, flags.replace('u', '')]) {
    try {
      return { regExp: new RegExp(translated(plain), mode) }
    } catch {
      // The next one, or the words for what is wrong.
    }
  }
  return { problem: whatIsWrong(pattern) }
}

/** `(?i)`, wherever it stands, is taken as a flag of the whole. */
function withoutFlags(pattern: string): [string, string] {
  const flags = new Set('u')
  const plain = pattern.replace(/(?<!\\)\(\?([ims]+)(\)|:)/g, (_, given: string, end: string) => {
    for (const flag of given) flags.add(flag)
    return end === ':' ? '(?:' : ''
  })
  return [[...flags].join(''), plain]
}

const classes: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
}

/** RE2's spelling in that of ECMAScript with the `u` flag, which knows no needless escapes. */
function translated(pattern: string): string {
  return pattern
    .replace(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
    .replace(/\\([-_'"#%&,:;<=>@`~! ])/g, (whole, character: string) =>
      character === '-' ? '\\x2d' : /[_'"#%&,:;<=>@`~! ]/.test(character) ? character : whole,
    )
}

const syntaxError = (what: string, where: string): string => `error parsing regexp: ${what}: \`${where}\``

/** Go's words for the mistakes that people make (regexp/syntax: ErrorCode). */
function whatIsWrong(pattern: string): string {
  const repeated = /^[*+?]|(?<=[(|])[*+?]/.exec(pattern)
  if (repeated) return syntaxError('missing argument to repetition operator', repeated[0][0]!)
  const twice = /[*+?]{2,}[*+]/.exec(pattern) ?? /[*+]{2}/.exec(pattern)
  if (twice) return syntaxError('invalid nested repetition operator', twice[0])
  const bracket = /\[[^\]]*$/.exec(pattern)
  if (bracket) return syntaxError('missing closing ]', bracket[0])
  const range = /([^\\[])-([^\]])/.exec(pattern)
  if (range && range[1]! > range[2]!) return syntaxError('invalid character class range', range[0])
  const open = (pattern.match(/(?<!\\)\(/g) ?? []).length - (pattern.match(/(?<!\\)\)/g) ?? []).length
  if (open > 0) return syntaxError('missing closing )', pattern)
  if (open < 0) return syntaxError('unexpected )', pattern)
  if (/\\$/.test(pattern)) return 'error parsing regexp: trailing backslash at end of expression: ``'
  const sequence = /\\[^\w\s]|\\[a-zA-Z]/.exec(pattern)
  return syntaxError('invalid escape sequence', sequence?.[0] ?? pattern)
}
