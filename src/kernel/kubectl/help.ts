import { nameOf, type Command } from './command.ts'
import type { FlagSpec } from './flag-spec.ts'

const groups = [
  'Basic Commands (Beginner)',
  'Basic Commands (Intermediate)',
  'Deploy Commands',
  'Cluster Management Commands',
  'Troubleshooting and Debugging Commands',
  'Advanced Commands',
  'Settings Commands',
  'Other Commands',
]

/** What `--help` prints, in kubectl's structure (kubectl: pkg/util/templates). */
export function helpText(root: Command, command: Command, path: string): string {
  const sections = [
    (command.long ?? command.short).trim(),
    aliases(command),
    command.example ? `Examples:\n${command.example.replace(/^\n|\n\s*$/g, '')}` : '',
    subcommands(root, command),
    options(command),
    `Usage:\n  ${usage(command, path)}`,
  ]
  const body = sections.filter((section) => section).join('\n\n')
  return `${body}\n\n${tips(command, path)}`
}

function aliases(command: Command): string {
  return command.aliases?.length ? `Aliases:\n${[nameOf(command), ...command.aliases].join(', ')}` : ''
}

function subcommands(root: Command, command: Command): string {
  const listed = (command.commands ?? []).filter(({ hidden }) => !hidden)
  if (!listed.length) return ''
  const width = Math.max(...listed.map((one) => nameOf(one).length))
  const lines = (some: readonly Command[]) =>
    some.map((one) => `  ${nameOf(one).padEnd(width)}   ${one.short}`).join('\n')
  if (command !== root) return `Available Commands:\n${lines(listed)}`
  return groups
    .map((group) => ({ group, members: listed.filter((one) => (one.group ?? 'Other Commands') === group) }))
    .filter(({ members }) => members.length)
    .map(({ group, members }) => `${group}:\n${lines(members)}`)
    .join('\n\n')
}

function options(command: Command): string {
  const shown = (command.flags ?? []).filter(({ hidden, deprecated }) => !hidden && !deprecated)
  return shown.length ? `Options:\n${optionLines(shown)}` : ''
}

/** Each flag with its default and what it does. */
export function optionLines(specs: readonly FlagSpec[]): string {
  return [...specs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      (spec) =>
        `    ${spec.short ? `-${spec.short}, ` : '    '}--${spec.name}=${initial(spec)}:\n\t${spec.usage}`,
    )
    .join('\n\n')
}

function initial({ type, initial: value }: FlagSpec): string {
  if (type === 'string') return `'${value}'`
  if (type === 'strings' || type === 'stringArray' || type === 'stringToString') return `[${value}]`
  return value
}

function usage(command: Command, path: string): string {
  if (command.commands)
    return path === 'kubectl' ? 'kubectl [flags] [options]' : `${path} SUBCOMMAND [options]`
  const parent = path.slice(0, path.length - nameOf(command).length)
  const line = `${parent}${command.use}`
  return `${line.includes('[flags]') || !(command.flags ?? []).length ? line.replace('[flags]', '').trimEnd() : line} [options]`
}

function tips(command: Command, path: string): string {
  const more = command.commands
    ? `Use "${path} <command> --help" for more information about a given command.\n`
    : ''
  return `${more}Use "kubectl options" for a list of global command-line options (applies to all commands).\n`
}
