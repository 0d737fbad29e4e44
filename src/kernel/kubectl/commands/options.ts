import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { optionLines } from '../help.ts'
import { globalFlags } from '../global-flags.ts'
import { bool } from '../flag-spec.ts'

export const options: Command = {
  use: 'options',
  short: 'Print the list of flags inherited by all commands',
  hidden: true,
  *run(kubectl) {
    yield* kubectl.out(`The following options can be passed to any command:\n\n${optionLines(globalFlags)}\n`)
    return 0
  },
}

export const plugin: Command = {
  use: 'plugin [flags]',
  short: 'Provides utilities for interacting with plugins',
  group: 'Other Commands',
  commands: [
    {
      use: 'list',
      short: "List all visible plugin executables on a user's PATH",
      flags: [
        bool('name-only', 'If true, display only the binary name of each plugin, rather than its full path'),
      ],
      *run(kubectl) {
        const { os } = kubectl
        const folders = (os.env['PATH'] ?? '').split(':').filter((folder) => folder && os.fs.exists(folder))
        const found = folders.flatMap((folder) =>
          os.fs
            .list(folder)
            .filter((name) => name.startsWith('kubectl-'))
            .sort()
            .map((name) => ({ path: `${folder}/${name}`, name })),
        )
        if (!found.length) throw new UserError('unable to find any kubectl plugins in your PATH')
        yield* kubectl.out(
          `The following compatible plugins are available:\n\n${found.map(({ path, name }) => `${kubectl.flags.bool('name-only') ? name : path}\n`).join('')}`,
        )
        return 0
      },
    },
  ],
}
