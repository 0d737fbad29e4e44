import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Program } from '../program.ts'
import type { Sys } from '../sys.ts'
import { setOptions } from './builtins/settings.ts'
import { untilExit } from './fork.ts'
import { interact } from './interactive.ts'
import { readLine } from './line-input.ts'
import { runText } from './script.ts'
import { Shell } from './shell.ts'
import { isIncomplete } from './syntax.ts'

/** The program `bash` (and `sh`): `-c TEXT`, a script file, commands from standard input, or a person at a terminal. */
export const shell: Program = (os) => {
  const { options, rest, problem } = argumentsOf(os.argv)
  const scripted = options.has('c') || (rest.length > 0 && !options.has('s'))
  const terminal = os.descriptors.get(0)?.tty
  const interactive = options.has('i') || (!scripted && terminal !== undefined)
  const base = os.argv[0].slice(os.argv[0].lastIndexOf('/') + 1)
  const sh = new Shell(os, { interactive, name: base })
  if (problem) {
    sh.io.get(2)?.write?.(`${base}: ${problem}: invalid option\n`)
    return exitWith(2)
  }
  prepare(sh, os.env)
  setOptions(
    sh,
    [...options].filter((option) => option.startsWith('-')).flatMap((option) => option.split(' ')),
  )
  if (options.has('c')) return untilExit(sh, runArgument(sh, rest))
  if (scripted) return untilExit(sh, runFile(sh, rest))
  sh.positional = rest
  if (interactive) return interact(sh, options.has('l') || os.argv[0].startsWith('-'))
  return untilExit(sh, runInput(sh))
}

function* exitWith(status: number): Sys<number> {
  return status
}

/** `-c`, `-s`, `-i`, `-l` by themselves; those of `set` as `-e` or `-o pipefail`. */
function argumentsOf(argv: readonly string[]): { options: Set<string>; rest: string[]; problem?: string } {
  const options = new Set<string>()
  let at = 1
  for (; at < argv.length && /^[-+]./.test(argv[at]); at++) {
    const arg = argv[at]
    if (arg === '--') {
      at++
      break
    }
    if (arg === '--login') options.add('l')
    else if (!arg.startsWith('--')) {
      for (const letter of arg.slice(1)) {
        if ('csil'.includes(letter)) options.add(letter)
        else if (letter === 'o') options.add(`${arg[0]}o ${argv[++at]}`)
        else if ('abefhkmnptuvxBCEHPT'.includes(letter)) options.add(`${arg[0]}${letter}`)
        else return { options, rest: [], problem: `-${letter}` }
      }
    } else if (!['--norc', '--noprofile', '--posix'].includes(arg)) return { options, rest: [], problem: arg }
  }
  return { options, rest: argv.slice(at) }
}

function prepare(sh: Shell, env: Readonly<Record<string, string>>): void {
  const { variables } = sh
  const defaults: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    IFS: ' \t\n',
    OPTIND: '1',
    PS4: '+ ',
    PPID: String(parentOf(sh)),
    BASH: '/bin/bash',
    BASH_VERSION: '5.2.15(1)-release',
    HOSTTYPE: 'x86_64',
    OSTYPE: 'linux-gnu',
    SHELL: '/bin/bash',
  }
  for (const [name, value] of Object.entries(defaults))
    if (env[name] === undefined || name === 'IFS') variables.set(name, value)
  variables.set('PWD', sh.os.cwd)
  for (const [name, exported] of [
    ['PWD', true],
    ['IFS', false],
  ] as const)
    variables.declare(name, false).exported = exported
  const depth = String((Number(env['SHLVL']) || 0) + 1)
  variables.set('SHLVL', depth)
  variables.declare('SHLVL', false).exported = true
}

const parentOf = (sh: Shell): number =>
  sh.os.kernel.processes('').find(({ pid }) => pid === sh.os.pid)?.ppid ?? 0

function* runArgument(sh: Shell, rest: readonly string[]): Sys<number> {
  const [text, name, ...positional] = rest
  if (text === undefined) {
    sh.io.get(2)?.write?.(`${sh.name}: -c: option requires an argument\n`)
    return 2
  }
  if (name !== undefined) sh.name = name
  sh.positional = positional
  return yield* runText(sh, text, sh.io, { label: '-c: ', tail: true })
}

function* runFile(sh: Shell, [file, ...positional]: readonly string[]): Sys<number> {
  const { fs, cwd } = sh.os
  let text: string
  try {
    text = fs.read(absolute(cwd, file))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    sh.io.get(2)?.write?.(`${sh.name}: ${file}: ${error.message}\n`)
    return error.code === 'ENOENT' ? 127 : 126
  }
  if (text.startsWith('\x7f')) {
    sh.io.get(2)?.write?.(`${file}: ${file}: cannot execute binary file\n`)
    return 126
  }
  sh.name = file
  sh.positional = positional
  return yield* runText(sh, text, sh.io)
}

/** Commands from standard input, each run as soon as it is complete. */
function* runInput(sh: Shell): Sys<number> {
  let text = ''
  let line = 0
  for (let next = yield* readLine(sh.io, 0); next !== null; next = yield* readLine(sh.io, 0)) {
    text = text === '' ? next : `${text}\n${next}`
    if (isIncomplete(text)) continue
    yield* runText(sh, text, sh.io, { line })
    line += text.split('\n').length
    text = ''
  }
  if (text) yield* runText(sh, text, sh.io, { line })
  return sh.status
}
