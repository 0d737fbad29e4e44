import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Program } from '../program.ts'
import { call } from '../sys.ts'
import { complain, nameOf } from './options.ts'

/**
 * editor, vi, vim, nano FILE: opens the page's editor (observation `editor-open`) and waits until it is closed
 * (input `editor-closed:ID`, with the text, or null when nothing shall be written).
 */
export const editor: Program = function* (os) {
  const operands = os.argv.slice(1).filter((arg) => !/^[-+]/.test(arg))
  const terminal = os.descriptors.get(0)?.tty && os.descriptors.get(0)
  if (!terminal) {
    os.stderr(
      nameOf(os).startsWith('vi')
        ? 'Vim: Error reading input, exiting...\n'
        : 'Standard input is not a terminal\n',
    )
    return 1
  }
  let status = 0
  for (const path of operands.length ? operands : ['']) {
    const full = absolute(os.cwd, path)
    if (path && os.fs.exists(full) && os.fs.stat(full).kind === 'directory') {
      complain(os, `"${path}" is a directory`)
      status = 1
      continue
    }
    const before = path && os.fs.exists(full) ? os.fs.read(full) : ''
    const id = `${os.machine}-${os.pid}-${os.now}`
    const text = yield* call<string | null>({
      name: 'poll',
      start(_caller, resume) {
        os.onInput(`editor-closed:${id}`, (input) =>
          resume(typeof input['text'] === 'string' ? input['text'] : null),
        )
        os.observe({ type: 'editor-open', id, tty: terminal.name, path: full, text: before } as {
          type: string
        })
        return () => os.observe({ type: 'editor-gone', id } as { type: string })
      },
    })
    if (text === null || !path) continue
    try {
      if (text !== before || !os.fs.exists(full)) os.fs.write(full, text)
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(os, `${path}: ${error.message}`)
      status = 1
    }
  }
  return status
}
