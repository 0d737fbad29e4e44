import { printYaml } from '../yaml-output.ts'
import { printJson } from '../printers/json.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { edit, temporaryFile } from '../editor.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { readDocuments } from '../yaml-input.ts'

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`

/** What to do with what was edited; throws UserError to have the person try again. */
export type Save = (edited: KubeLike[]) => Sys<void>

/** Show objects in the editor until they can be saved or the person gives up (kubectl: editoptions.go Run). */
export function* editSession(kubectl: Kubectl, object: KubeLike, save: Save): Sys<number> {
  const { os, flags } = kubectl
  const json = flags.string('output') === 'json'
  const original = json ? `${printJson(object, '    ')}\n` : printYaml(object)
  let text = original
  let reasons = ''
  let previous = ''
  for (;;) {
    const path = written(kubectl, `${json ? '' : HEADER + reasons}${text}`)
    yield* edit(os, path)
    const edited = os.fs.read(path).replaceAll('\r\n', '\n')
    if (withoutComments(edited) === withoutComments(original) && !reasons) {
      os.fs.remove(path)
      yield* kubectl.err('Edit cancelled, no changes made.\n')
      return 0
    }
    if (reasons && withoutComments(edited) === previous)
      return yield* keepCopy(kubectl, path, 'Edit cancelled, no valid changes were saved.')
    if (withoutComments(edited).trim() === '') {
      os.fs.remove(path)
      yield* kubectl.err('Edit cancelled, saved file was empty.\n')
      return 0
    }
    previous = withoutComments(edited)
    try {
      yield* save(parsed(edited))
      os.fs.remove(path)
      return 0
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      reasons =
        error instanceof EditRefused
          ? error.reasons
          : `# The edited file had a syntax error: ${error.message}\n#\n`
      if (error instanceof EditRefused) yield* kubectl.err(`error: ${error.message}\n`)
      text = withoutComments(edited)
      os.fs.remove(path)
    }
  }
}

/** The file that the editor opens. */
function written({ os, flags }: Kubectl, text: string): string {
  const path = temporaryFile(os, 'kubectl-edit-', flags.string('output') === 'json' ? '.json' : '.yaml')
  const shown = flags.bool('windows-line-endings') ? text.replaceAll('\n', '\r\n') : text
  os.fs.write(path, shown, { mode: 0o600 })
  return path
}

/** The server did not take it; shown above the object when it is opened again. */
export class EditRefused extends UserError {
  readonly reasons: string
  constructor(message: string, reasons: string) {
    super(message)
    this.reasons = reasons
  }
}

function* keepCopy(kubectl: Kubectl, path: string, message: string): Sys<number> {
  yield* kubectl.err(`A copy of your changes has been stored to "${path}"\n`)
  throw new UserError(message)
}

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')

function parsed(text: string): KubeLike[] {
  const [document] = readDocuments(withoutComments(text)) as (KubeLike | undefined)[]
  if (typeof document !== 'object' || document === null) throw new UserError('the edited file is no object')
  const { items } = document as { readonly items?: readonly KubeLike[] }
  return document.kind === 'List' && Array.isArray(items) ? [...items] : [document]
}

/** One object as it is, several as a List. */
export const asOne = (objects: readonly KubeLike[]): KubeLike =>
  objects.length === 1
    ? (objects[0] as KubeLike)
    : ({ apiVersion: 'v1', items: objects, kind: 'List', metadata: {} } as unknown as KubeLike)
