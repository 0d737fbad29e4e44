import type { Pod } from 'kubernetes-types/core/v1'
import { UserError } from '../../api/user-error.ts'
import { absolute, baseOf } from '../../host/filesystem.ts'
import type { Sys } from '../../host/sys.ts'
import { write } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import { Exit, UsageError } from '../errors.ts'
import { bool, int, text } from '../flag-spec.ts'
import type { Kubectl } from '../kubectl.ts'
import { chosenContainer } from '../pods.ts'
import { remoteCommand } from '../remote-command.ts'
import { packTar, unpackTar, type TarEntry } from '../../host/tar-archive.ts'

export const cp: Command = {
  use: 'cp <file-spec-src> <file-spec-dest>',
  short: 'Copy files and directories to and from containers',
  example: `  # Copy /tmp/foo local file to /tmp/bar in a remote pod in namespace <some-namespace>
  kubectl cp /tmp/foo <some-namespace>/<some-pod>:/tmp/bar

  # Copy /tmp/foo from a remote pod to /tmp/bar locally
  kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar`,
  group: 'Troubleshooting and Debugging Commands',
  flags: [
    text(
      'container',
      'Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen',
      { short: 'c' },
    ),
    bool(
      'no-preserve',
      "The copied file/directory's ownership and permissions will not be preserved in the container",
    ),
    int(
      'retries',
      'Set number of retries to complete a copy operation from a container. Specify 0 to disable or any negative value for infinite retrying. The default is 0 (no retry).',
    ),
  ],
  *run(kubectl, args) {
    if (args.length !== 2) throw new UsageError('source and destination are required')
    const [source, target] = args.map(fileSpec) as [FileSpec, FileSpec]
    if (source.pod && target.pod) throw new UserError('one of src or dest must be a local file specification')
    if (!source.file || !target.file) throw new UserError('filepath can not be empty')
    if (source.pod) yield* fromPod(kubectl, source, target.file)
    else if (target.pod) yield* toPod(kubectl, source.file, target)
    else throw new UserError('one of src or dest must be a remote file specification')
    return 0
  },
}

interface FileSpec {
  readonly namespace: string
  readonly pod: string
  readonly file: string
}

/** `ns/pod:path`, `pod:path`, or a path (kubectl: cp.go extractFileSpec). */
function fileSpec(argument: string): FileSpec {
  const colon = argument.indexOf(':')
  if (colon === 0)
    throw new UserError('filespec must match the canonical format: [[namespace/]pod:]file/path')
  if (colon < 0) return { namespace: '', pod: '', file: argument }
  const [where, file] = [argument.slice(0, colon), argument.slice(colon + 1)]
  const parts = where.split('/')
  if (parts.length > 2)
    throw new UserError('filespec must match the canonical format: [[namespace/]pod:]file/path')
  return parts.length === 2
    ? { namespace: parts[0] as string, pod: parts[1] as string, file }
    : { namespace: '', pod: where, file }
}

/** Run something in the pod and give what it printed. */
function* execIn(
  kubectl: Kubectl,
  spec: FileSpec,
  command: readonly string[],
  { input, errorsTo = 2 }: { input?: string; errorsTo?: 0 | 1 | 2 } = {},
): Sys<string> {
  const namespace = spec.namespace || kubectl.namespace
  const path = `/api/v1/namespaces/${namespace}/pods/${spec.pod}`
  const pod = (yield* kubectl.api.call({ path })) as unknown as Pod
  const { container, note } = chosenContainer(pod, kubectl.flags.string('container'))
  if (note && errorsTo) yield* write(errorsTo, note)
  const parts: string[] = []
  yield* remoteCommand(
    kubectl,
    `${path}/exec`,
    { command, container: container.name },
    { stdin: input !== undefined, tty: false, input, errorsTo, output: (text) => parts.push(text) },
  )
  return parts.join('')
}

function* fromPod(kubectl: Kubectl, source: FileSpec, target: string): Sys<void> {
  const { fs, cwd } = kubectl.os
  const archive = yield* archived(kubectl, source)
  const prefix = source.file.replace(/^\/+/, '').replace(/\/+$/, '')
  const full = absolute(cwd, target)
  const root =
    fs.exists(full) && fs.stat(full).kind === 'directory' && !target.endsWith('.')
      ? `${full}/${baseOf(prefix)}`
      : full
  for (const { name, directory, data } of unpackTar(archive)) {
    const rest = name.replace(/^\/+/, '').replace(/\/+$/, '').slice(prefix.length)
    if (!name.replace(/^\/+/, '').startsWith(prefix) || rest.split('/').includes('..')) continue
    const path = `${root}${rest}`
    if (directory) fs.mkdir(path, { recursive: true })
    else {
      fs.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true })
      fs.write(path, data)
    }
  }
}

/** What tar writes; how it ends is not asked (kubectl: cp.go copyFromPod). */
function* archived(kubectl: Kubectl, source: FileSpec): Sys<string> {
  try {
    return yield* execIn(kubectl, source, ['tar', 'cf', '-', source.file], { errorsTo: 1 })
  } catch (error) {
    if (error instanceof Exit) return ''
    throw error
  }
}

function* toPod(kubectl: Kubectl, source: string, target: FileSpec): Sys<void> {
  const { fs, cwd } = kubectl.os
  const full = absolute(cwd, source)
  if (!fs.exists(full)) throw new UserError(`${source} doesn't exist in local filesystem`)
  let file = target.file.length > 1 ? target.file.replace(/\/$/, '') : target.file
  if (yield* isDirectory(kubectl, { ...target, file })) file = `${file.replace(/\/$/, '')}/${baseOf(full)}`
  const slash = file.lastIndexOf('/')
  const directory = slash < 0 ? '.' : file.slice(0, slash) || '/'
  const entries: TarEntry[] = []
  const add = (path: string, name: string) => {
    const stat = fs.stat(path)
    if (stat.kind === 'directory') {
      entries.push({ name, directory: true, data: '', mode: stat.mode })
      for (const child of fs.list(path).sort()) add(`${path}/${child}`, `${name}/${child}`)
    } else entries.push({ name, directory: false, data: fs.read(path), mode: stat.mode })
  }
  add(full, baseOf(file))
  const preserve = kubectl.flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : []
  yield* execIn(kubectl, target, ['tar', ...preserve, '-xmf', '-', '-C', directory], {
    input: packTar(entries),
  })
}

function* isDirectory(kubectl: Kubectl, target: FileSpec): Sys<boolean> {
  try {
    yield* execIn(kubectl, target, ['test', '-d', target.file], { errorsTo: 0 })
    return true
  } catch (error) {
    if (error instanceof Exit) return false
    throw error
  }
}
