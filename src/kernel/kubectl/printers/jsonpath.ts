import { goQuote } from '../../api/go-quote.ts'
import { printGoValue } from '../../api/json.ts'
import { jsonPath } from '../../api/jsonpath.ts'
import type { Json } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import { printJson } from './json.ts'
import type { Printer } from './printer.ts'

/** cli-runtime: JSONPathPrinter. */
export function jsonPathPrinter(template: string, allowMissingKeys: boolean, asJson: boolean): Printer {
  const parsed = parsedOr(
    template,
    (message) => `error parsing jsonpath ${template}, ${message}`,
    allowMissingKeys,
  )
  return {
    print: (object) => {
      try {
        if (!asJson) return parsed.print(object as Json)
        return `${printJson(parsed.find(object as Json).flat(), '    ')}\n`
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        const why = debugText(template, object as Json, error.message)
        throw new UserError(`error executing jsonpath ${goQuote(template)}: ${why}`)
      }
    },
  }
}

const debugText = (template: string, object: Json, message: string): string =>
  `Error executing template: ${message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`

/** %#v of a decoded JSON value. */
function goSyntax(value: Json | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'object') {
    const map = value as { readonly [key: string]: Json }
    const members = Object.keys(map)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${goSyntax(map[key])}`)
    return `map[string]interface {}{${members.join(', ')}}`
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function parsedOr(template: string, say: (message: string) => string, allowMissingKeys: boolean) {
  try {
    return jsonPath(template, { allowMissingKeys })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(say(error.message))
  }
}

/** `x.y`, `.x.y` and `{.x.y}` as `{.x.y}` (kubectl get: RelaxedJSONPathExpression). */
export function fieldPath(text: string): string {
  if (text === '') return ''
  const [, braced, bare] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text) ?? []
  const path = braced ?? bare
  if (path === undefined)
    throw new UserError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    )
  return `{.${path}}`
}

/** What a path finds; nothing for keys that are missing. */
export function findValues(path: string, object: unknown): Json[][] {
  return path === '' ? [] : jsonPath(path, { allowMissingKeys: true }).find(object as Json)
}

/** A found value as Go's fmt.Sprint prints it. */
export const printFound = (value: Json): string => printGoValue(value)
