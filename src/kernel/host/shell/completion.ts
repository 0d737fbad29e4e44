import { parse } from 'unbash'
import { absolute } from '../filesystem.ts'
import { Pipe } from '../open-file.ts'
import { readFrom, type Sys } from '../sys.ts'
import { devNull } from '../open-file.ts'
import { Errno } from '../errno.ts'
import { builtins } from './builtins/index.ts'
import { callFunction } from './command.ts'
import { Job } from './jobs.ts'
import type { Shell } from './shell.ts'

export interface Candidate {
  /** What replaces the word. */
  readonly text: string
  /** What is listed; the text itself when left out. */
  readonly display?: string
  readonly description?: string
  /** No blank after it: a directory, or what cobra says. */
  readonly more?: boolean
}

export interface Completion {
  /** Where the word to be replaced begins. */
  readonly start: number
  readonly candidates: readonly Candidate[]
}

/** How to complete the arguments of a command (the builtin `complete`). */
export interface CompletionSpec {
  readonly words?: readonly string[]
  readonly function?: string
  /** A program of the cobra library: it is asked with `__complete`. */
  readonly cobra?: boolean
  readonly filter?: 'file' | 'directory'
}

/** Programs that answer `__complete` (spf13/cobra: completions.go). */
const COBRA = new Set(['kubectl', 'kubeadm', 'helm', 'etcdctl', 'crictl', 'docker', 'nerdctl', 'flannel'])

/** Complete the word before the cursor. */
export function* complete(sh: Shell, line: string, cursor: number): Sys<Completion> {
  const before = line.slice(0, cursor)
  const command = before.slice(commandStart(before))
  const words = wordsOf(command)
  const word = words.at(-1) ?? ''
  const start = cursor - word.length
  const variable = /\$\{?(\w*)$/.exec(word)
  if (variable) return variables(sh, word, start)
  const redirected = /[<>]\s*\S*$/.test(command)
  if (words.length <= 1 && !redirected) {
    return { start, candidates: word.includes('/') ? files(sh, word, true) : commands(sh, word) }
  }
  const resolved = resolveAlias(sh, words)
  const spec =
    sh.completions.get(words[0]) ??
    sh.completions.get(resolved[0]) ??
    (COBRA.has(resolved[0]) ? { cobra: true } : undefined)
  if (!spec || redirected)
    return {
      start,
      candidates: files(
        sh,
        word,
        false,
        resolved[0] === 'cd' || resolved[0] === 'pushd' ? 'directory' : undefined,
      ),
    }
  if (spec.cobra) return { start, candidates: yield* cobra(sh, resolved, word) }
  if (spec.function) return { start, candidates: yield* byFunction(sh, spec.function, words, line) }
  if (spec.words)
    return { start, candidates: spec.words.filter((each) => each.startsWith(word)).map((text) => ({ text })) }
  return { start, candidates: files(sh, word, false, spec.filter) }
}

/** Where the command that the cursor is in begins. */
function commandStart(before: string): number {
  let start = 0
  let quote = ''
  for (let i = 0; i < before.length; i++) {
    const char = before[i]
    if (quote) {
      if (char === quote) quote = ''
    } else if (char === '\\') i++
    else if (char === "'" || char === '"') quote = char
    else if (';|&(\n`'.includes(char) && before[i - 1] !== '>' && before[i + 1] !== '>') start = i + 1
  }
  return (
    start +
    (/^\s*(?:(?:\w+=\S*|sudo|time|watch|then|do|else|!|\{)\s+)*/.exec(before.slice(start))?.[0].length ?? 0)
  )
}

/** The words of a command as they are typed, the last one perhaps empty. */
function wordsOf(command: string): string[] {
  const words = command.match(/(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|\\.|[^\s"'\\])+/g) ?? []
  return /\s$/.test(command) && !/\\\s$/.test(command) ? [...words, ''] : [...words]
}

function resolveAlias(sh: Shell, words: readonly string[]): string[] {
  const text = sh.aliases.get(words[0])
  const command = text === undefined ? undefined : parse(text).commands[0]?.command
  if (command?.type !== 'Command' || !command.name) return [...words]
  return [command.name.value, ...command.args.map((arg) => arg.text), ...words.slice(1)]
}

function commands(sh: Shell, prefix: string): Candidate[] {
  const names = new Set([...Object.keys(builtins), ...sh.aliases.keys(), ...sh.functions.keys()])
  for (const directory of (sh.variables.get('PATH') ?? '').split(':')) {
    if (!sh.os.fs.exists(directory) || sh.os.fs.stat(directory).kind !== 'directory') continue
    for (const name of sh.os.fs.list(directory)) names.add(name)
  }
  return [...names]
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((text) => ({ text }))
}

function variables(sh: Shell, word: string, start: number): Completion {
  const match = /^(.*\$\{?)(\w*)$/.exec(word) as RegExpExecArray
  const found = sh.variables.names.filter((name) => name.startsWith(match[2]))
  const close = match[1].endsWith('{') ? '}' : ''
  return { start, candidates: found.map((name) => ({ text: match[1] + name + close, display: `$${name}` })) }
}

/** Files whose path begins with the word; what a shell would not take as it is gets backslashes. */
function files(sh: Shell, word: string, executable: boolean, only?: 'file' | 'directory'): Candidate[] {
  const plain = word.replace(/\\(.)/g, '$1').replace(/^["']/, '')
  const slash = plain.lastIndexOf('/') + 1
  const [shown, prefix] = [plain.slice(0, slash), plain.slice(slash)]
  const home = sh.variables.get('HOME') ?? '/root'
  const directory = absolute(sh.os.cwd, shown.replace(/^~(?=\/)/, home) || '.')
  const { fs } = sh.os
  if (!fs.exists(directory) || fs.stat(directory).kind !== 'directory') return []
  return fs
    .list(directory)
    .filter((name) => name.startsWith(prefix) && (prefix.startsWith('.') || !name.startsWith('.')))
    .flatMap((name) => {
      const path = `${directory === '/' ? '' : directory}/${name}`
      const stat = fs.exists(path) ? fs.stat(path) : undefined
      const isDirectory = stat?.kind === 'directory'
      if ((only === 'directory' || executable) && !isDirectory && !(executable && (stat?.mode ?? 0) & 0o111))
        return []
      const text = (shown + name).replace(/[\s'"\\$&|;<>()*?[\]{}!#`]/g, '\\$&') + (isDirectory ? '/' : '')
      return [{ text, display: name + (isDirectory ? '/' : ''), more: isDirectory }]
    })
}

/** Run a command with its output captured and its errors lost. */
function* capture(sh: Shell, argv: readonly string[]): Sys<string> {
  const pipe = new Pipe()
  const [reader, writer] = [pipe.reader(), pipe.writer()]
  const job = new Job(argv.join(' '))
  const parts: string[] = []
  try {
    sh.jobs.spawn(job, {
      argv,
      env: { ...sh.variables.exported, PWD: sh.os.cwd },
      cwd: sh.os.cwd,
      descriptors: new Map([
        [0, devNull()],
        [1, writer],
        [2, devNull()],
      ]),
    })
    writer.close?.()
    for (let data = yield* readFrom(() => reader); data !== null; data = yield* readFrom(() => reader))
      parts.push(data)
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    if (error.code === 'EINTR')
      for (const pid of job.pids) if (!job.statuses.has(pid)) sh.os.kill(pid, 'SIGKILL')
    return ''
  } finally {
    reader.close?.()
  }
  return parts.join('')
}

const NO_SPACE = 2
const NO_FILES = 4
const FILTER_EXTENSIONS = 8
const FILTER_DIRECTORIES = 16

/** Ask the program itself: lines of candidates with descriptions, then `:` and a number of directives. */
function* cobra(sh: Shell, words: readonly string[], word: string): Sys<Candidate[]> {
  const unquoted = words.slice(1).map((each) => each.replace(/["'\\]/g, ''))
  const lines = (yield* capture(sh, [words[0], '__complete', ...unquoted])).split('\n').filter(Boolean)
  const directive = lines.findLast((line) => /^:\d+$/.test(line))
  const flags = Number(directive?.slice(1) ?? 0)
  if (flags & FILTER_DIRECTORIES) return files(sh, word, false, 'directory')
  const flag = /^(--?[\w-]+=)/.exec(word)?.[1] ?? ''
  const candidates = lines
    .filter((line) => line !== directive && !line.startsWith('_activeHelp_'))
    .map((line) => {
      const [text, description] = line.split('\t')
      const full = flag && !text.startsWith(flag) ? flag + text : text
      return { text: full, more: (flags & NO_SPACE) !== 0, ...(description ? { description } : {}) }
    })
    .filter(({ text }) => text.startsWith(word) && !(flags & FILTER_EXTENSIONS))
  if (!candidates.length && !(flags & NO_FILES)) return files(sh, word, false)
  return candidates
}

/** A shell function that fills COMPREPLY (bash(1), Programmable Completion). */
function* byFunction(sh: Shell, name: string, words: readonly string[], line: string): Sys<Candidate[]> {
  sh.variables.setList('COMP_WORDS', words)
  sh.variables.set('COMP_CWORD', String(words.length - 1))
  sh.variables.set('COMP_LINE', line)
  sh.variables.set('COMP_POINT', String(line.length))
  sh.variables.setList('COMPREPLY', [])
  yield* callFunction(
    sh,
    [name, words[0], words.at(-1) ?? '', words.at(-2) ?? ''],
    new Map(sh.io).set(2, devNull()),
  )
  return [...(sh.variables.find('COMPREPLY')?.list?.values() ?? [])].map((text) => ({
    text: text.trimEnd(),
    more: text.endsWith('=') || text.endsWith('/'),
  }))
}
