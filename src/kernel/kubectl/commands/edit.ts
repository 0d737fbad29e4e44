import type { Command } from '../command.ts'
import { bool, text } from '../flag-spec.ts'
import { printFlags } from '../printers/output.ts'
import { editLive } from './edit-objects.ts'
import { fieldManagerFlag, filenameFlags, recordFlag, saveConfigFlag, validateFlag } from './shared-flags.ts'

export const edit: Command = {
  use: 'edit (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit a resource on the server',
  long: "Edit a resource from the default editor.\n\n The edit command allows you to directly edit any API resource you can retrieve via the command-line tools. It will open the editor defined by your KUBE_EDITOR, or EDITOR environment variables, or fall back to 'vi'.",
  group: 'Basic Commands (Intermediate)',
  flags: [
    ...printFlags,
    ...filenameFlags('to use to edit the resource'),
    bool('output-patch', 'Output the patch if the resource is edited.'),
    bool('windows-line-endings', 'Defaults to the line ending native to your platform.'),
    text('subresource', 'If specified, edit will operate on the subresource of the requested object.'),
    fieldManagerFlag('kubectl-edit'),
    recordFlag,
    saveConfigFlag,
    validateFlag,
  ],
  *run(kubectl, args) {
    return yield* editLive(kubectl, args)
  },
}
