import { UserError } from './user-error.ts'

// apimachinery: pkg/fields/selector.go

/** One term of a field selector. */
export interface FieldTerm {
  readonly field: string
  readonly value: string
  readonly negated: boolean
}

/** All terms must hold. */
export type FieldSelector = readonly FieldTerm[]

/** A selector as `--field-selector` takes it, e.g. `status.phase=Running,spec.nodeName!=node1`; throws UserError. */
export function parseFieldSelector(text: string): FieldSelector {
  const parts = splitTerms(text)
    .sort()
    .filter((part) => part !== '')
  return parts.map((part) => {
    const term = splitTerm(part)
    if (!term) throw new UserError(`invalid selector: '${text}'; can't understand '${part}'`)
    return { field: term.field, value: unescapeValue(term.value), negated: term.operator === '!=' }
  })
}

/** Whether an object with these fields is selected; a field that is absent is the empty string. */
export const matchesFields = (selector: FieldSelector, fields: Readonly<Record<string, string>>): boolean =>
  selector.every(({ field, value, negated }) => ((fields[field] ?? '') === value) !== negated)

/** The selector in the form it was parsed from. */
export const printFieldSelector = (selector: FieldSelector): string =>
  selector
    .map(({ field, value, negated }) => `${field}${negated ? '!=' : '='}${escapeValue(value)}`)
    .join(',')

/** The value that the selector demands of a field, if it does. */
export const exactFieldMatch = (selector: FieldSelector, field: string): string | undefined =>
  selector.find((term) => !term.negated && term.field === field)?.value

/** Split at commas that no backslash precedes; the empty text has no terms. */
export function splitTerms(text: string): string[] {
  if (text === '') return []
  const terms: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === ',') {
      terms.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...terms, text.slice(start)]
}

/** The first operator splits a term; undefined when there is none. */
export function splitTerm(term: string): { field: string; operator: string; value: string } | undefined {
  const found = /!=|==|=/.exec(term)
  if (!found) return undefined
  const [operator] = found
  return { field: term.slice(0, found.index), operator, value: term.slice(found.index + operator.length) }
}

/** Backslash, comma and equals sign are escaped in a value. */
export const escapeValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&')

/** The opposite of escapeValue; throws UserError on anything unescaped or wrongly escaped (fields.UnescapeValue). */
export function unescapeValue(value: string): string {
  let plain = ''
  for (let i = 0; i < value.length; i++) {
    const character = value[i] ?? ''
    if (character !== '\\' && character !== ',' && character !== '=') plain += character
    // Upstream prints the rune's number.
    else if (character !== '\\')
      throw new UserError(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`)
    else {
      const next = value[++i]
      if (next === undefined || !'\\,='.includes(next))
        throw new UserError(`invalid field selector: invalid escape sequence: \\${next ?? ''}`)
      plain += next
    }
  }
  return plain
}
