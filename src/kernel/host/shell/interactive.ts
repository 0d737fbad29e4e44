import { Errno } from '../errno.ts'
import { call, type Sys, type Syscall } from '../sys.ts'
import { Jump } from './control.ts'
import { endOf, untilExit } from './fork.ts'
import { readLine } from './line-input.ts'
import { expandPrompt } from './prompt.ts'
import { readInteractive, type Reading } from './readline.ts'
import { runText } from './script.ts'
import { print, type Shell } from './shell.ts'
import { isIncomplete, MAX_INPUT } from './syntax.ts'
import { handleSignals, signalled } from './traps.ts'

const PROMPT = '\\u@\\h:\\w\\$ '
const HISTORY_LINES = 500

/** A shell in front of a person: prompt, line editing, history, job control. */
export function* interact(sh: Shell, login: boolean): Sys<number> {
  for (const signal of ['SIGTERM', 'SIGQUIT', 'SIGTSTP'] as const) sh.os.onSignal(signal, () => {})
  sh.os.onSignal('SIGINT', () => signalled(sh, 'SIGINT'))
  sh.options.add('monitor')
  sh.options.add('history')
  sh.shopt.add('expand_aliases')
  const { variables } = sh
  for (const [name, value] of [
    ['PS1', PROMPT],
    ['PS2', '> '],
    ['HISTFILE', `${variables.get('HOME') ?? '/root'}/.bash_history`],
  ] as const) {
    if (variables.get(name) === undefined) variables.set(name, value)
  }
  loadHistory(sh)
  return yield* interruptible(sh, untilExit(sh, session(sh, login)))
}

function* session(sh: Shell, login: boolean): Sys<number> {
  const home = sh.variables.get('HOME') ?? '/root'
  yield* startUp(sh, login ? ['/etc/profile', `${home}/.profile`, `${home}/.bashrc`] : [`${home}/.bashrc`])
  let warned = false
  for (;;) {
    yield* print(sh.io, sh.jobs.news(), 2)
    const text = yield* readCommand(sh)
    if (text === 'interrupted') {
      sh.status = 130
      continue
    }
    if (text === 'end') {
      const stopped = sh.jobs.list.some((job) => job.isStopped)
      yield* print(sh.io, stopped && !warned ? 'exit\nThere are stopped jobs.\n' : 'exit\n', 2)
      if (!stopped || warned) return sh.status
      warned = true
      continue
    }
    warned = false
    yield* runTyped(sh, text)
  }
}

function* startUp(sh: Shell, files: readonly string[]): Sys<void> {
  for (const file of files) if (sh.os.fs.exists(file)) yield* runTyped(sh, sh.os.fs.read(file))
}

/** Run what was typed; whatever goes wrong, the shell lives on. */
function* runTyped(sh: Shell, text: string): Sys<void> {
  try {
    yield* runText(sh, text, sh.io)
    yield* handleSignals(sh)
  } catch (error) {
    if (error instanceof Jump && error.kind === 'exit') throw error
    if (error instanceof Errno && (error.code === 'EINTR' || error.code === 'EPIPE')) {
      sh.pending = []
      sh.status = 130
      yield* print(sh.io, '\n', 2)
    } else sh.status = endOf(sh, error)
    if (error instanceof Jump && error.kind === 'interrupt' && sh.interruptedAlone)
      yield* print(sh.io, '\n', 2)
  } finally {
    sh.loops = 0
    sh.unguarded = 0
    sh.calls = []
    sh.interruptedAlone = false
  }
}

/** A whole command: lines until it is complete. */
function* readCommand(sh: Shell): Sys<string | 'interrupted' | 'end'> {
  let text = ''
  for (let first = true; ; first = false) {
    const reading: Reading = yield* readOne(sh, yield* promptOf(sh, first ? 'PS1' : 'PS2'))
    if (reading === 'interrupted') return 'interrupted'
    if (reading === 'end') {
      if (first) return 'end'
      break
    }
    text = first ? reading.line : `${text}\n${reading.line}`
    if (text.length > MAX_INPUT || !isIncomplete(text)) break
  }
  remember(sh, text)
  return text === 'end' || text === 'interrupted' ? `${text} ` : text
}

function* readOne(sh: Shell, prompt: string): Sys<Reading> {
  const tty = sh.io.get(0)?.tty
  if (tty) return yield* readInteractive(sh, tty, prompt)
  yield* print(sh.io, prompt, 2)
  const line = yield* readLine(sh.io, 0)
  return line === null ? 'end' : { line }
}

function* promptOf(sh: Shell, name: 'PS1' | 'PS2'): Sys<string> {
  const { status } = sh
  if (name === 'PS1') {
    const before = sh.variables.get('PROMPT_COMMAND')
    if (before) yield* runTyped(sh, before)
  }
  const text = expandPrompt(sh, sh.variables.get(name) ?? '')
  sh.status = status
  if (!text.includes('$(') && !/\$[{\w?]/.test(text)) return text
  yield* runTyped(sh, `__prompt="${text.replace(/["\\]/g, '\\$&')}"`)
  sh.status = status
  return sh.variables.get('__prompt') ?? text
}

function loadHistory(sh: Shell): void {
  const file = sh.variables.get('HISTFILE')
  if (file && sh.os.fs.exists(file))
    sh.history = sh.os.fs.read(file).split('\n').filter(Boolean).slice(-HISTORY_LINES)
}

/** Keep a command, in memory and at once in the file, so that it survives a power cut. */
function remember(sh: Shell, text: string): void {
  if (text.trim() === '' || text === sh.history.at(-1)) return
  sh.history.push(text)
  if (sh.history.length > HISTORY_LINES) sh.history.shift()
  const file = sh.variables.get('HISTFILE')
  if (!file) return
  try {
    sh.os.fs.append(file, `${text}\n`)
  } catch (error) {
    if (!(error instanceof Errno)) throw error
  }
}

/** Let a signal end any system call of the shell itself with EINTR; waiting for a job in the foreground goes on. */
function* interruptible<T>(sh: Shell, body: Sys<T>): Sys<T> {
  let result = body.next()
  while (!result.done) {
    let value: unknown
    try {
      value = yield* call(result.value.name === 'wait4' ? result.value : withWake(sh, result.value))
    } catch (error) {
      result = body.throw(error)
      continue
    }
    result = body.next(value)
  }
  return result.value
}

const withWake = (sh: Shell, syscall: Syscall): Syscall => ({
  name: syscall.name,
  start(caller, resume, fail) {
    let settled = false
    let cancel: (() => void) | undefined
    const settle = (then: () => void) => {
      if (settled) return
      settled = true
      sh.wake = undefined
      then()
    }
    sh.wake = () =>
      settle(() => {
        cancel?.()
        fail(new Errno('EINTR'))
      })
    cancel = syscall.start(
      caller,
      (value) => settle(() => resume(value)),
      (error) => settle(() => fail(error)),
    )
    return () => {
      settled = true
      cancel?.()
    }
  },
})
