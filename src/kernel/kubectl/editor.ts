import { UserError } from '../api/user-error.ts'
import { Errno } from '../host/errno.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { wait } from '../host/sys.ts'

/** A file in /tmp that nobody has yet. */
export function temporaryFile(os: Os, prefix: string, extension: string): string {
  for (;;) {
    const path = `/tmp/${prefix}${Math.floor(os.random() * 4_294_967_296)}${extension}`
    if (!os.fs.exists(path)) return path
  }
}

/** Let the person edit a file; ends when the editor does (kubectl: cmd/util/editor). */
export function* edit(os: Os, path: string): Sys<void> {
  const editor = os.env['KUBE_EDITOR'] || os.env['EDITOR'] || 'vi'
  const argv = [...editor.split(/\s+/).filter((word) => word), path]
  let pid: number
  try {
    pid = os.spawn({ argv, stdin: 0, stdout: 1, stderr: 2 })
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    if (error.code === 'ENOENT') throw new UserError(`unable to launch the editor "${editor}"`)
    throw new UserError(`there was a problem with the editor "${editor}"`)
  }
  const { status } = yield* wait(pid)
  if (status !== 0) throw new UserError(`there was a problem with the editor "${editor}"`)
}
