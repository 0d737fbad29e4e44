import { decodeBase64 } from '../../api/base64.ts'
import { GoTemplate } from '../../api/go-template/execute.ts'
import type { Value } from '../../api/go-template/values.ts'
import { UserError } from '../../api/user-error.ts'
import { decodeUtf8 } from '../utf8-text.ts'
import type { Printer } from './printer.ts'
import { printJson } from './json.ts'

/** cli-runtime: GoTemplatePrinter. */
export function goTemplatePrinter(text: string, allowMissingKeys: boolean): Printer {
  let template: GoTemplate
  try {
    template = new GoTemplate('output', text, {
      missingKey: allowMissingKeys ? 'default' : 'error',
      functions: { exists, base64decode },
    })
  } catch (error) {
    throw new UserError(`error parsing template ${text}, ${(error as Error).message}`)
  }
  return {
    print: (object) => {
      try {
        return template.execute(object as Value)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        throw new TemplateFailure(
          debugText(text, object, error.message),
          `error executing template ${JSON.stringify(text)}: ${error.message}`,
        )
      }
    },
  }
}

/** `output` goes to standard output before the error is told. */
export class TemplateFailure extends UserError {
  readonly output: string
  constructor(output: string, message: string) {
    super(message)
    this.output = output
  }
}

const debugText = (text: string, object: unknown, message: string): string =>
  `Error executing template: ${message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\traw data was:\n\t\t${printJson(object)}\n\tobject given to template engine was:\n\t\t${goMap(object as Value)}\n\n`

function goMap(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`
  if (value === null || value === undefined) return '<nil>'
  if (typeof value !== 'object') return String(value)
  const map = value as { readonly [key: string]: Value }
  return `map[${Object.keys(map)
    .sort()
    .map((key) => `${key}:${goMap(map[key])}`)
    .join(' ')}]`
}

/** Whether there is something at the path of keys and indices. */
function exists(item: Value, ...path: Value[]): boolean {
  let at = item
  for (const key of path) {
    if (at === null || at === undefined || typeof at !== 'object') return false
    at = (at as { readonly [key: string]: Value })[String(key)]
  }
  return at !== undefined
}

function base64decode(text: Value): string {
  const decoded = decodeBase64(String(text))
  if ('wrongAt' in decoded)
    throw new UserError(`base64 decode failed: illegal base64 data at input byte ${decoded.wrongAt}`)
  return decodeUtf8(decoded.bytes)
}
