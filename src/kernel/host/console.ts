import { Errno } from './errno.ts'
import { sink } from './open-file.ts'
import type { Os, Program } from './program.ts'
import type { Tty } from './tty.ts'

type Input = Record<string, unknown>

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The machine's console: terminals, single commands and files from outside (host/README.md, doors). Started by console.service. */
export const consoleDaemon: Program = (os) => {
  const ttys = new Map<string, Tty>()
  os.onInput('tty-open', (input) => open(os, ttys, input))
  os.onInput('tty-input', (input) => ttys.get(String(input['tty']))?.type(String(input['keys'])))
  os.onInput('tty-resize', (input) =>
    ttys.get(String(input['tty']))?.resize(Number(input['columns']), Number(input['rows'])),
  )
  os.onInput('tty-close', (input) => {
    const tty = ttys.get(String(input['tty']))
    ttys.delete(String(input['tty']))
    if (tty) {
      os.kill(-tty.session, 'SIGHUP')
      tty.hangUp()
    }
  })
  os.onInput('exec', (input) => execute(os, input))
  os.onInput('file-write', (input) => writeFile(os, input))
}

function open(os: Os, ttys: Map<string, Tty>, input: Input): void {
  const name = String(input['tty'])
  const tty = os.newTty(
    (text) => os.observe({ type: 'tty-output', tty: name, text }),
    Number(input['columns'] ?? 80),
    Number(input['rows'] ?? 24),
  )
  ttys.set(name, tty)
  const pid = os.spawn({
    argv: ['/bin/bash', '-l'],
    env: { ...login, TERM: 'xterm-256color' },
    cwd: '/root',
    group: true,
    stdin: tty.file(),
    stdout: tty.file(),
    stderr: tty.file(),
  })
  tty.session = pid
  tty.foreground = pid
  os.onChildExit(pid, (status) => {
    ttys.delete(name)
    os.observe({ type: 'tty-closed', tty: name, status })
  })
}

function execute(os: Os, input: Input): void {
  const id = String(input['id'])
  const output = (fd: 1 | 2) =>
    sink(fd === 1 ? 'stdout' : 'stderr', (text) => os.observe({ type: 'exec-output', id, fd, text }))
  const done = (status: number) => os.observe({ type: 'exec-done', id, status })
  try {
    const pid = os.spawn({
      argv: ['/bin/bash', '-c', String(input['line'])],
      env: { ...login, TERM: 'dumb' },
      cwd: '/root',
      group: true,
      stdin: textFile(String(input['stdin'] ?? '')),
      stdout: output(1),
      stderr: output(2),
    })
    const close = os.onInput(`exec-signal:${id}`, () => os.kill(-pid, 'SIGINT'))
    os.onChildExit(pid, (status) => {
      close()
      done(status)
    })
  } catch (error) {
    output(2).write?.(`${error instanceof Errno ? error.message : os.recovered(error).message}\n`)
    done(126)
  }
}

function writeFile(os: Os, input: Input): void {
  const path = String(input['path'])
  try {
    os.fs.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true })
    os.fs.write(path, String(input['text']))
    os.observe({ type: 'file-written', path })
  } catch (error) {
    os.observe({
      type: 'file-failed',
      path,
      error: error instanceof Errno ? error.message : os.recovered(error).message,
    })
  }
}

const login = {
  PATH,
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  EDITOR: 'editor',
}

function textFile(text: string) {
  let rest: string | null = text === '' ? null : text
  return {
    name: 'input',
    read: () => {
      const data = rest
      rest = null
      return data
    },
  }
}
