import { parse, type DoubleQuotedChild, type ParameterExpansionPart, type Word, type WordPart } from 'unbash'
import type { OpenFile } from '../open-file.ts'
import type { Sys } from '../sys.ts'
import { evaluate } from './arithmetic.ts'
import { expandBraces } from './braces.ts'
import { Fields, type Field } from './fields.ts'
import { glob } from './glob.ts'
import { expandParameter } from './parameter-expansion.ts'
import { arithmeticOf, parameterValue, type Value } from './parameters.ts'
import { ShellError } from './control.ts'
import type { Io, Shell } from './shell.ts'
import { substitute, substituteProcess } from './substitution.ts'

/** An expansion under way: whose, with which open files, and what process substitutions opened. */
export interface Expansion {
  readonly sh: Shell
  io: Io
  readonly opened: OpenFile[]
}

export const expansion = (sh: Shell, io: Io): Expansion => ({ sh, io, opened: [] })

const DEFAULT_IFS = ' \t\n'

/** Words of a command line as arguments: braces, tilde, parameters, substitutions, splitting, globs. */
export function* expandWords(x: Expansion, words: readonly Word[]): Sys<string[]> {
  const result: string[] = []
  for (const word of words) {
    if (!word.parts && !word.text.includes('~')) result.push(word.value)
    else
      for (const each of bracesOf(word))
        for (const name of pathnames(x.sh, yield* fieldsOf(x, each))) result.push(name)
  }
  return result
}

/** A word as one text: values of assignments, targets of redirections, subjects of `case`. */
export function* expandText(x: Expansion, word: Word | undefined, assignment = false): Sys<string> {
  const fields = yield* expandUnsplit(x, word, assignment)
  return fields.map(({ text }) => text).join(' ')
}

/** A word as a pattern. */
export function* expandPattern(x: Expansion, word: Word | undefined): Sys<string> {
  const fields = yield* expandUnsplit(x, word, false)
  return fields.map(({ pattern }) => pattern).join(' ')
}

/** Text as if between double quotes; the body of a here-document. */
export function* expandQuoted(
  x: Expansion,
  parts: readonly WordPart[] | undefined,
  text: string,
): Sys<string> {
  if (!parts) return text
  const fields = new Fields()
  yield* quotedParts(x, parts as readonly DoubleQuotedChild[], fields)
  return fields
    .finish()
    .map((field) => field.text)
    .join(' ')
}

/** The value of an arithmetic expression, given as text that may hold expansions. */
export function* expandArithmetic(x: Expansion, text: string): Sys<bigint> {
  let expression = text
  if (/[$`"'\\]/.test(text)) expression = yield* expandQuoted(x, partsOfQuoted(text), text)
  return evaluate(expression, arithmeticOf(x.sh))
}

/** Expand the parts of a word into fields. `split`: literal text is split too, as in `${x:-a b}`. */
export function* expandParts(x: Expansion, word: Word, fields: Fields, split = false): Sys<void> {
  const parts: readonly WordPart[] = word.parts ?? [literalOf(word)]
  for (let i = 0; i < parts.length; i++)
    yield* expandPart(x, parts[i], fields, { first: i === 0, whole: parts.length === 1, split })
}

/** Put the value of an expansion into fields, quoted or not. */
export function emit(sh: Shell, value: Value, quoted: boolean, fields: Fields): void {
  if (quoted && value.list === '*')
    return fields.literal(value.texts.join((sh.variables.get('IFS') ?? ' ').slice(0, 1)))
  value.texts.forEach((text, i) => {
    if (i > 0) fields.break()
    if (quoted) fields.literal(text)
    else fields.split(text)
  })
}

function* expandUnsplit(x: Expansion, word: Word | undefined, assignment: boolean): Sys<Field[]> {
  if (!word) return []
  if (!word.parts && !word.text.includes('~'))
    return [{ text: word.value, pattern: plainPattern(word), glob: false }]
  const fields = new Fields()
  if (assignment && !word.parts)
    fields.literal(
      word.text
        .split(':')
        .map((part) => tilde(x.sh, part))
        .join(':'),
    )
  else yield* expandParts(x, word, fields)
  return fields.finish()
}

function* fieldsOf(x: Expansion, word: Word): Sys<Field[]> {
  const fields = new Fields(x.sh.variables.get('IFS') ?? DEFAULT_IFS)
  yield* expandParts(x, word, fields)
  return fields.finish()
}

function pathnames(sh: Shell, fields: readonly Field[]): string[] {
  return fields.flatMap((field) => {
    if (!field.glob || sh.options.has('noglob')) return [field.text]
    const found = glob(sh.os.fs, sh.os.cwd, field.pattern)
    if (found.length) return found
    if (sh.shopt.has('failglob')) throw new ShellError(`no match: ${field.text}`)
    return sh.shopt.has('nullglob') ? [] : [field.text]
  })
}

function* expandPart(
  x: Expansion,
  part: WordPart,
  fields: Fields,
  at: { first: boolean; whole: boolean; split: boolean },
): Sys<void> {
  const { sh } = x
  switch (part.type) {
    case 'Literal':
      if (at.first && at.whole && /^\w+=~/.test(part.text))
        fields.literal(part.value.replace(/~.*/s, (rest) => tilde(sh, rest)))
      else if (at.first && part.text.startsWith('~') && (at.whole || part.text.includes('/')))
        fields.literal(tilde(sh, part.value))
      else if (at.split) fields.split(part.value)
      else fields.literal(part.value)
      return
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return fields.literal(part.value)
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.parts.length === 0) fields.literal('')
      return yield* quotedParts(x, part.parts, fields)
    case 'Glob':
    case 'ExtendedGlob':
      return yield* globPart(x, part, fields)
    case 'BraceExpansion':
      return fields.literal(part.text)
    case 'ProcessSubstitution':
      return fields.literal(substituteProcess(x, part))
    default:
      return yield* expandDollar(x, part, false, fields)
  }
}

/** `[$x]`, `@($x)`: a glob whose parts are expanded, or as it is written. */
function* globPart(
  x: Expansion,
  part: Extract<WordPart, { type: 'Glob' | 'ExtendedGlob' }>,
  fields: Fields,
): Sys<void> {
  if (!part.parts || !/[$`"'\\]/.test(part.text)) return fields.glob(part.text)
  fields.glob(part.type === 'Glob' ? '[' : `${part.operator}(`)
  for (const inner of part.parts) {
    if (inner.type === 'Literal') fields.glob(inner.text)
    else yield* expandPart(x, inner, fields, { first: false, whole: false, split: false })
  }
  fields.glob(part.type === 'Glob' ? ']' : ')')
}

function* quotedParts(x: Expansion, parts: readonly DoubleQuotedChild[], fields: Fields): Sys<void> {
  for (const part of parts) {
    if (part.type === 'Literal') fields.literal(part.value)
    else yield* expandDollar(x, part, true, fields)
  }
}

function* expandDollar(
  x: Expansion,
  part: Exclude<DoubleQuotedChild, { type: 'Literal' }>,
  quoted: boolean,
  fields: Fields,
): Sys<void> {
  const { sh } = x
  if (part.type === 'SimpleExpansion') {
    const name = part.text.slice(1)
    const value = parameterValue(sh, name)
    if (!value.set) unbound(sh, name)
    return emit(sh, value.list || value.set || !quoted ? value : { ...value, texts: [''] }, quoted, fields)
  }
  if (part.type === 'ParameterExpansion')
    return yield* expandParameter(x, part as ParameterExpansionPart, quoted, fields)
  const text =
    part.type === 'CommandExpansion'
      ? yield* substitute(x, part)
      : String(
          yield* expandArithmetic(
            x,
            part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.slice(3, -2),
          ),
        )
  if (quoted) fields.literal(text)
  else fields.split(text)
}

/** `set -u`: an unset variable is an error, `$@` and `$*` are not. */
export function unbound(sh: Shell, name: string): void {
  if (sh.options.has('nounset') && name !== '@' && name !== '*') {
    throw new ShellError(`${name}: unbound variable`, { fatal: true, status: sh.interactive ? 1 : 127 })
  }
}

function tilde(sh: Shell, text: string): string {
  const match = /^~([^/]*)/.exec(text)
  if (!match) return text
  const home =
    match[1] === ''
      ? (sh.variables.get('HOME') ?? '/')
      : match[1] === '+'
        ? sh.os.cwd
        : match[1] === '-'
          ? sh.variables.get('OLDPWD')
          : match[1] === 'root'
            ? '/root'
            : undefined
  return home === undefined ? text : home + text.slice(match[0].length)
}

const literalOf = (word: Word): WordPart => ({
  type: 'Literal',
  pos: word.pos,
  end: word.end,
  value: word.value,
  text: word.text,
})

const plainPattern = (word: Word): string => {
  if (word.text === word.value && /[?*+@!]\(/.test(word.text)) return word.text
  const fields = new Fields()
  fields.literal(word.value)
  return fields.finish()[0]?.pattern ?? ''
}

const braced = new WeakMap<Word, readonly Word[]>()

/** The words that braces make of a word; parsed once. */
function bracesOf(word: Word): readonly Word[] {
  if (!word.parts?.some(({ type }) => type === 'BraceExpansion')) return [word]
  let words = braced.get(word)
  if (!words) {
    const command = parse(`: ${expandBraces(word.text).join(' ')}`).commands[0]?.command
    words =
      command?.type === 'Command'
        ? command.suffix.filter((each): each is Word => each.type === 'Word')
        : [word]
    braced.set(word, words)
  }
  return words
}

const quotedTexts = new Map<string, readonly WordPart[] | undefined>()

/** The parts of text as if it stood between double quotes; parsed once. */
function partsOfQuoted(text: string): readonly WordPart[] | undefined {
  if (!quotedTexts.has(text)) {
    if (quotedTexts.size > 1000) quotedTexts.clear()
    const command = parse(`: "${text.replaceAll('"', '')}"`).commands[0]?.command
    const word = command?.type === 'Command' ? command.suffix[0] : undefined
    const quoted = word?.type === 'Word' ? word.parts?.[0] : undefined
    quotedTexts.set(text, quoted?.type === 'DoubleQuoted' ? quoted.parts : undefined)
  }
  return quotedTexts.get(text)
}
