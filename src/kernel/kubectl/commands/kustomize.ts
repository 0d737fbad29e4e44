import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { kustomized } from '../kustomize/build.ts'

export const kustomize: Command = {
  use: 'kustomize DIR',
  short: 'Build a kustomization target from a directory',
  long: 'Build a set of KRM resources using a kustomization.yaml file. The argument must be a path to a directory that contains it; without one it is the working directory.',
  example:
    '  # Build the current working directory\n  kubectl kustomize\n\n  # Build some shared configuration directory\n  kubectl kustomize /home/config/production',
  group: 'Advanced Commands',
  *run(kubectl, args) {
    if (args.length > 1) throw new UserError('specify one path to kustomization.yaml')
    yield* kubectl.out(kustomized(kubectl.os, args[0] ?? '.'))
    return 0
  },
}
