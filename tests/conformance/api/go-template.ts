import { GoTemplate } from '../../../src/kernel/api/go-template/execute.ts'
import { parseTemplate } from '../../../src/kernel/api/go-template/parse.ts'
import type { TemplateFunction } from '../../../src/kernel/api/go-template/functions.ts'
import { printValue, type Value } from '../../../src/kernel/api/go-template/values.ts'
import { jsonLines, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'

interface Collection {
  readonly name: string
  readonly scope: string
  readonly type: string
  readonly value: unknown
}

/** Go's own tests of text/template: those that need no Go types. */
export const goTemplateSuite: OracleSuite = {
  pattern: /^misc\/go-text-template\.jsonl$/,
  run(_path, text) {
    const collections = jsonLines<Collection>(text)
    const dot = asValue(collections.find(({ name }) => name === 'tVal')?.value)
    const cases = collections.flatMap(({ name, type, value }) => {
      if (name === 'execTests')
        return (value as ExecCase[]).map((one) => ({ name: one[0], judge: () => execution(one, dot) }))
      if (name === 'cmpTests')
        return (value as [string, string, boolean][]).map((one) => ({
          name: one[0],
          judge: () => comparison(one),
        }))
      if (type !== '[]parseTest' || name === 'tests') return []
      return (value as ParseCase[]).map((one) => ({ name: one[0], judge: () => parsing(one) }))
    })
    return tally(
      cases,
      (one) => one.name,
      (one) => one.judge(),
    )
  },
}

type ExecCase = [name: string, input: unknown, output: unknown, data: unknown, ok: boolean]
type ParseCase = [name: string, input: unknown, expected: { $ident: string }, result: string]

const goOnly =
  /Method|GetU|typeOf|call|MAdd|MyError|Copy|complex|Complex|\d[i]\b|\.[VW]\d|NIL|stringer|zeroArgs|vfunc|returnInt|valueString|twoArgs|NonEmptyInterface|VariadicFunc|BinaryFunc|MI\d+S|MUI\d+S|MII|unexported|SICap|\.Str\b|\.Err\b|Tmpl|Unknown|\.Uthree|\.Iface|\.Ptr|\.NilIface|\.True\b.*nil|\.MSI\.NO|`XXX`|\.MSI ``|\.NonNil|fVal/

function execution([, input, output, data, ok]: ExecCase, dot: Value): Verdict {
  if (typeof input !== 'string' || typeof output !== 'string') return notApplicable('a Go expression')
  if (goOnly.test(input) || goData(data)) return notApplicable('types and methods of Go')
  const value = (data as { $ident?: string } | null)?.$ident === 'tVal' ? dot : asValue(data)
  let got: string
  try {
    got = new GoTemplate('t', input, { functions }).execute(value)
  } catch (error) {
    return ok ? `${input}: ${(error as Error).message}` : undefined
  }
  if (!ok) return `${input}: gives ${JSON.stringify(got)}, not an error`
  return got === output ? undefined : `${input}: got ${JSON.stringify(got)}, want ${JSON.stringify(output)}`
}

function comparison([expression, truth, ok]: [string, string, boolean]): Verdict {
  if (goOnly.test(expression) || /\.\w/.test(expression.replace(/\d\.\d/g, '')))
    return notApplicable('types and methods of Go')
  return execution([expression, `{{if ${expression}}}true{{else}}false{{end}}`, truth, null, ok], null)
}

function parsing([name, input, { $ident }, result]: ParseCase): Verdict {
  if (typeof input !== 'string') return notApplicable('a Go expression')
  if (goOnly.test(input)) return notApplicable('types and methods of Go')
  const wrong = $ident === 'hasError'
  try {
    new GoTemplate(name, input, { functions: { ...functions, contains: () => false } }).execute(null)
  } catch (error) {
    if (!wrong) return isSyntax(name, input) ? `${input}: ${(error as Error).message}` : undefined
    return result.startsWith('{{') || (error as Error).message.includes(result)
      ? undefined
      : `${input}: ${(error as Error).message}, want ${result}`
  }
  return wrong ? `${input}: no error, want ${result}` : undefined
}

/** Only parsing is asked about. */
function isSyntax(name: string, input: string): boolean {
  try {
    parseTemplate(name, input, () => true)
    return false
  } catch {
    return true
  }
}

const goData = (data: unknown): boolean =>
  (typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data) &&
    ('$call' in data || '$op' in data || ('$ident' in data && data.$ident !== 'tVal') || 'S' in data)) ||
  (Array.isArray(data) && data.length === 2 && data[1] === 'seven') ||
  (typeof data === 'string' && /^'.'$/.test(data))

/** Data as Go has it: whole numbers are ints. */
function asValue(value: unknown): Value {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(asValue)
  if (typeof value !== 'object' || value === null) return value as Value
  const { $call, args } = value as { $call?: string; args?: unknown[] }
  if ($call === 'newInt' || $call === 'newString') return asValue(args?.[0])
  if ($call === 'newIntSlice') return asValue(args)
  const plain = Object.entries(value)
    .filter(([key]) => !key.startsWith('$'))
    .map(([key, one]) => [key, asValue(one)] as const)
  const object: Record<string, Value> = Object.fromEntries(plain)
  if ('U' in object && 'X' in object) Object.assign(object, { U: { V: 'v' }, Empty4: { V: 'UinEmpty' } })
  return object
}

const functions: Readonly<Record<string, TemplateFunction>> = {
  add: (...numbers) => numbers.reduce<bigint>((sum, one) => sum + (one as bigint), 0n),
  count: (n) => [...'abcdefghijklmnop'].slice(0, Number(n)),
  die: () => {
    throw new Error('die called')
  },
  echo: (value) => value as Value,
  makemap: (...pairs) =>
    Object.fromEntries(
      pairs.flatMap((key, i) => (i % 2 ? [] : [[printValue(key as Value), pairs[i + 1] as Value]])),
    ),
  mapOfThree: () => ({ three: 3n }),
  oneArg: (text) => {
    if (typeof text !== 'string') throw new Error('wrong type')
    return `oneArg=${text}`
  },
  dddArg: (n, ...texts) => {
    if (typeof n !== 'bigint' || texts.some((one) => typeof one !== 'string')) throw new Error('wrong type')
    return 'ddd'
  },
}
