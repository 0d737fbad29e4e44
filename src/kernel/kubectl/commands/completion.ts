import { UserError } from '../../api/user-error.ts'
import { completion as complete } from '../complete.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../errors.ts'

/** The shell's side: it asks kubectl itself. Ours needs no script, it does so for every program of the cobra library. */
const script = `# bash completion for kubectl
__start_kubectl() {
    local out
    out=$(kubectl __complete "\${COMP_WORDS[@]:1}" 2>/dev/null)
    COMPREPLY=( $(compgen -W "$(echo "$out" | grep -v '^:' | cut -f 1)" -- "\${COMP_WORDS[COMP_CWORD]}") )
}
complete -o default -F __start_kubectl kubectl
`

export const completion: Command = {
  use: 'completion SHELL',
  short: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  group: 'Settings Commands',
  *run(kubectl, args) {
    if (!args.length) throw new UsageError('Shell not specified.')
    if (args.length > 1) throw new UsageError('Too many arguments. Expected only the shell type.')
    const [shell = ''] = args
    if (!/^(bash|zsh|fish|powershell)$/.test(shell))
      throw new UsageError(`Unsupported shell type "${shell}".`)
    if (shell !== 'bash')
      throw new UserError(`no completion code for ${shell} here: this machine's shell is bash`)
    yield* kubectl.out(script)
    return 0
  },
}

/** What the shell asks when Tab is pressed (cobra: ShellCompRequestCmd). */
export const askCompletion: Command = {
  use: '__complete [command-line]',
  aliases: ['__completeNoDesc'],
  short: 'Request shell completion choices for the specified command-line',
  hidden: true,
  flagsFirst: true,
  rawArguments: true,
  *run(kubectl, args) {
    yield* kubectl.out(yield* complete(kubectl.os, kubectl.root, args))
    return 0
  },
}
