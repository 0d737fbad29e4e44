import { UserError } from '../api/user-error.ts'
import { Errno } from '../host/errno.ts'
import type { Os, Program } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { wait, write } from '../host/sys.ts'
import type { Command } from './command.ts'
import { commands } from './commands/index.ts'
import { report, UsageError } from './errors.ts'
import { findCommand, unknownCommand, type Found } from './find-command.ts'
import { Flags, HelpWanted, parseFlags, type Parsed } from './flags.ts'
import { globalFlags } from './global-flags.ts'
import { helpText } from './help.ts'
import { Kubectl } from './kubectl.ts'
import { TemplateFailure } from './printers/go-template.ts'

export const root: Command = {
  use: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager',
  long: 'kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/',
  commands,
}

/** The command line of the cluster: kubectl 1.32. */
export const kubectl: Program = function* (os) {
  try {
    return yield* main(os, os.argv.slice(1))
  } catch (error) {
    if (error instanceof Errno && error.code === 'EPIPE') return 141
    if (!(error instanceof UserError)) throw error
    return yield* fail(error)
  }
}

function* fail(error: UserError): Sys<number> {
  if (error instanceof TemplateFailure) yield* write(1, error.output)
  const { text, code } = report(error)
  if (text) yield* write(2, text.endsWith('\n') ? text : `${text}\n`)
  return code
}

function* main(os: Os, argv: readonly string[]): Sys<number> {
  const found = findCommand(root, argv)
  const { command, path } = found
  if (command === root) return yield* atRoot(os, found)
  if (command.rawArguments)
    return yield* withUsage(new Kubectl(os, root, command, path, new Flags([]), -1), command, found.argv)
  const flags = new Flags([...(command.flags ?? []), ...globalFlags])
  const parsed = parse(command, path, flags, found.argv)
  if (parsed === 'help') {
    yield* write(1, helpText(root, command, path))
    return 0
  }
  for (const { name, deprecated } of parsed.deprecated)
    yield* write(2, `Flag --${name} has been deprecated, ${deprecated}\n`)
  const missing = flags.specs
    .filter(({ name, required }) => required && !flags.changed(name))
    .map(({ name }) => `"${name}"`)
  if (missing.length) throw new UserError(`required flag(s) ${missing.join(', ')} not set`)
  const kubectl = new Kubectl(os, root, command, path, flags, parsed.dash)
  if (!command.run) return yield* subcommandMissing(kubectl, parsed.args)
  const status = yield* withUsage(kubectl, command, parsed.args)
  if (!flags.bool('warnings-as-errors') || !kubectl.warnings) return status
  throw new UserError(`${kubectl.warnings} warning${kubectl.warnings > 1 ? 's' : ''} received`)
}

function* withUsage(kubectl: Kubectl, command: Command, args: readonly string[]): Sys<number> {
  try {
    return (yield* command.run?.(kubectl, args) ?? []) ?? 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UserError(`${error.message}\nSee '${kubectl.path} -h' for help and examples`)
  }
}

function parse(command: Command, path: string, flags: Flags, argv: readonly string[]): Parsed | 'help' {
  try {
    return parseFlags(flags, argv, !command.flagsFirst)
  } catch (error) {
    if (error instanceof HelpWanted) return 'help'
    if (!(error instanceof UserError)) throw error
    const hint =
      path === 'kubectl options' ? `Run '${path}' without flags.` : `See '${path} --help' for usage.`
    throw new UserError(`${error.message}\n${hint}`)
  }
}

function* atRoot(os: Os, { argv, path }: Found): Sys<number> {
  const flags = new Flags(globalFlags)
  const parsed = parse(root, path, flags, argv)
  if (parsed !== 'help' && parsed.args.length) {
    const [word = ''] = parsed.args
    const plugin = argv[0] === word ? findPlugin(os, argv) : undefined
    if (!plugin) throw unknownCommand(root, word)
    return (yield* wait(os.spawn({ argv: plugin, stdin: 0, stdout: 1, stderr: 2 }))).status
  }
  yield* write(1, helpText(root, root, path))
  return 0
}

/** `kubectl foo bar` runs kubectl-foo-bar, or kubectl-foo with an argument (kubectl: HandlePluginCommand). */
function findPlugin(os: Os, argv: readonly string[]): string[] | undefined {
  const flagAt = argv.findIndex((argument) => argument.startsWith('-'))
  const words = argv.slice(0, flagAt < 0 ? argv.length : flagAt).map((word) => word.replaceAll('-', '_'))
  for (let count = words.length; count > 0; count--)
    for (const folder of (os.env['PATH'] ?? '').split(':')) {
      const path = `${folder}/kubectl-${words.slice(0, count).join('-')}`
      if (folder && os.fs.exists(path)) return [path, ...argv.slice(count)]
    }
  return undefined
}

/** A group of commands without one of them (cmdutil.DefaultSubCommandRun). */
function* subcommandMissing(kubectl: Kubectl, args: readonly string[]): Sys<number> {
  if (args.length)
    throw new UserError(`unknown command "${args.join(' ')}"\nSee '${kubectl.path} -h' for help and examples`)
  yield* write(kubectl.command.helpTo ?? 2, helpText(root, kubectl.command, kubectl.path))
  return 1
}
