import { Errno } from '../errno.ts'
import type { SpawnRequest } from '../program.ts'
import type { Sys } from '../sys.ts'
import { Jump, ShellError } from './control.ts'
import type { Job } from './jobs.ts'
import { runText } from './script.ts'
import type { Io, Shell } from './shell.ts'

/** Run something in a process of its own with a copy of the shell's state. Returns its pid. `sameGroup`: not a job of its own. */
export function fork(
  sh: Shell,
  io: Io,
  job: Job,
  body: (child: Shell) => Sys<number>,
  { sameGroup = false } = {},
): number {
  const child = sh.fork()
  const request: SpawnRequest = {
    argv: sh.os.argv,
    env: sh.variables.exported,
    cwd: sh.os.cwd,
    descriptors: io,
    ...(sameGroup ? { group: false } : {}),
    run: (os) => {
      child.adopt(os)
      return untilExit(child, body(child))
    },
  }
  try {
    return sh.jobs.spawn(job, request)
  } catch (error) {
    if (!(error instanceof Errno) || error.code !== 'EAGAIN') throw error
    throw new ShellError(`fork: ${error.message}`, { status: 254, fatal: true })
  }
}

/** Run the body of a shell process: `exit`, errors and the EXIT trap end here. */
export function* untilExit(sh: Shell, body: Sys<number>): Sys<number> {
  let status: number
  try {
    status = yield* body
  } catch (error) {
    status = endOf(sh, error)
  }
  const trap = sh.traps.get('EXIT')
  if (!trap) return status
  sh.traps.delete('EXIT')
  sh.status = status
  try {
    yield* runText(sh, trap, sh.io)
    return status
  } catch (error) {
    return endOf(sh, error)
  }
}

/** The exit status when something was thrown up to the top; what is not the script's doing is thrown on. */
export function endOf(sh: Shell, error: unknown): number {
  if (error instanceof Jump)
    return error.kind === 'break' || error.kind === 'continue' ? sh.status : error.value
  if (error instanceof ShellError) {
    sh.complain(sh.io, error.message)
    return error.status
  }
  if (error instanceof Errno && error.code !== 'EPIPE') {
    sh.complain(sh.io, `${error.path ? `${error.path}: ` : ''}${error.message}`)
    return 1
  }
  throw error
}
