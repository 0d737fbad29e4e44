import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { edit, temporaryFile } from '../editor.ts'
import { Aggregate, Exit } from '../errors.ts'
import type { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { infosOfText } from '../manifest-infos.ts'
import { printJson } from '../printers/json.ts'
import { requireSameNamespace } from '../visiting.ts'
import { printYaml } from '../yaml-output.ts'
import { readDocuments } from '../yaml-input.ts'
import type { EditResults } from './edit-results.ts'
import { recorded, withLastApplied } from './writing.ts'

const OBJECT = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`
export const ANNOTATION = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`

/** What the editor shows, and what becomes of it. */
export interface Editing {
  readonly args: readonly string[]
  readonly objects: readonly KubeLike[]
  /** How the file begins, when it is not an object that is edited. */
  readonly header?: string
  /** Send it; what the server refuses goes to `results`. */
  save(infos: readonly Info[], results: EditResults): Sys<void>
}

/** Let the person edit until it can be saved or they give up (kubectl: editor/editoptions.go Run). */
export function* editSession(kubectl: Kubectl, editing: Editing, results: EditResults): Sys<void> {
  const { os, flags } = kubectl
  const json = flags.string('output') === 'json'
  const object = asOne(editing.objects)
  const original = json ? `${printJson(object, '    ')}\n` : printYaml(object)
  let edited = ''
  let failed = false
  for (;;) {
    const header = json ? '' : (editing.header ?? OBJECT) + results.header
    const path = written(kubectl, header + (failed ? withoutComments(edited) : original))
    yield* edit(os, path)
    const before = edited
    edited = os.fs.read(path).replaceAll('\r\n', '\n')
    if (failed && content(before) === content(edited))
      throw yield* preserved(kubectl, path, new UserError('Edit cancelled, no valid changes were saved.'))
    const why = nothingToDo(original, edited)
    if (why) {
      os.fs.remove(path)
      return yield* kubectl.err(`Edit cancelled, ${why}.\n`)
    }
    results.clear()
    failed = !(yield* saved(kubectl, editing, edited, path, results))
    if (!failed) return
    os.fs.remove(path)
  }
}

function nothingToDo(original: string, edited: string): string | undefined {
  if (content(original) === content(edited)) return 'no changes made'
  return withoutComments(edited).trim() === '' ? 'saved file was empty' : undefined
}

/** Whether that was all; otherwise the results say what is wrong. */
function* saved(
  kubectl: Kubectl,
  editing: Editing,
  edited: string,
  path: string,
  results: EditResults,
): Sys<boolean> {
  let infos: Info[]
  try {
    infos = yield* infosOf(kubectl, edited)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    results.add(`The edited file had a syntax error: ${firstOf(error).message}`)
    return false
  }
  try {
    for (const info of infos) requireSameNamespace(info, kubectl.namespace)
    for (const info of infos) info.object = annotated(kubectl, editing.args, info.object as KubeLike)
    yield* editing.save(infos, results)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw yield* preserved(kubectl, path, error)
  }
  if (results.retryable)
    yield* kubectl.err(`You can run \`kubectl replace -f ${path}\` to try this update again.\n`)
  else if (results.notFound)
    yield* kubectl.err(`The edits you made on deleted resources have been saved to "${path}"\n`)
  if (results.retryable || results.notFound) throw new Exit(1, '')
  if (!results.again) kubectl.os.fs.remove(path)
  return !results.again
}

const firstOf = (error: UserError): Error => (error instanceof Aggregate ? (error.errors[0] ?? error) : error)

function annotated(kubectl: Kubectl, args: readonly string[], object: KubeLike): KubeLike {
  return recorded(kubectl, args, kubectl.flags.bool('save-config') ? withLastApplied(object) : object)
}

/** What a file in the editor means; lines of comment count for nothing. */
export function* infosOf(kubectl: Kubectl, text: string): Sys<Info[]> {
  const infos: Info[] = []
  const file = { source: 'edited-file', path: '' }
  const selection = { continueOnError: true, subresource: kubectl.flags.string('subresource') }
  yield* infosOfText(kubectl, text, file, selection, function* (info) {
    if (info.mapping.namespaced && !info.namespace) info.setNamespace(kubectl.namespace)
    infos.push(info)
  })
  return infos
}

/** The file that the editor opens. */
function written({ os, flags }: Kubectl, text: string): string {
  const path = temporaryFile(os, 'kubectl-edit-', flags.string('output') === 'json' ? '.json' : '.yaml')
  const shown = flags.bool('windows-line-endings') ? text.replaceAll('\n', '\r\n') : text
  os.fs.write(path, shown, { mode: 0o600 })
  return path
}

function* preserved(kubectl: Kubectl, path: string, error: UserError): Sys<UserError> {
  yield* kubectl.err(`A copy of your changes has been stored to "${path}"\n`)
  return error
}

/** kubectl: cmd/util ManualStrip */
const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join('\n')

/** What a text says, however it says it (kubectl: cmd/util StripComments). */
function content(text: string): string {
  try {
    return printJson(readDocuments(text)[0] ?? null)
  } catch {
    return withoutComments(text)
  }
}

/** One object as it is, several as a List. */
const asOne = (objects: readonly KubeLike[]): KubeLike =>
  objects.length === 1
    ? (objects[0] as KubeLike)
    : ({ apiVersion: 'v1', items: objects, kind: 'List', metadata: {} } as unknown as KubeLike)
