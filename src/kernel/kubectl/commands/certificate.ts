import type { JsonObject } from '../../api/objects.ts'
import { formatTime } from '../../api/time.ts'
import { UserError } from '../../api/user-error.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { bool } from '../flag-spec.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { fileSelection } from './manifest-options.ts'
import { filenameFlags } from './shared-flags.ts'

const newCondition = ({ os }: Kubectl, type: string, reason: string, message: string) => ({
  type,
  status: 'True',
  reason,
  message,
  lastUpdateTime: formatTime(os.clock),
  lastTransitionTime: null,
})

/** kubectl: certificates.go */
const decision = (use: string, type: 'Approved' | 'Denied', reason: string, done: string): Command => ({
  use: `${use} (-f FILENAME | NAME)`,
  short: `${use === 'approve' ? 'Approve' : 'Deny'} a certificate signing request`,
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource to update'),
    bool('force', 'Update the CSR even if it is already approved.'),
  ],
  *run(kubectl, args) {
    if (!args.length && !kubectl.flags.list('filename').length)
      throw new UserError('one or more CSRs must be specified as <name> or -f <filename>')
    const files = kubectl.flags.list('filename').length > 0
    const result = yield* select(
      kubectl,
      files
        ? { ...fileSelection(kubectl), latest: true }
        : { names: { type: 'certificatesigningrequest', names: args } },
    )
    const other = type === 'Approved' ? 'Denied' : 'Approved'
    yield* result.visit(function* (info) {
      const object = info.object as KubeLike
      const status = (object['status'] ?? {}) as JsonObject
      const known = (status['conditions'] ?? []) as readonly JsonObject[]
      if (known.some((one) => one['type'] === other))
        throw new UserError(`certificate signing request ${JSON.stringify(info.name)} is already ${other}`)
      if (kubectl.flags.bool('force') || !known.some((one) => one['type'] === type)) {
        const condition = newCondition(
          kubectl,
          type,
          reason,
          `This CSR was ${done} by kubectl certificate ${use}.`,
        )
        const body = { ...object, status: { ...status, conditions: [...known, condition] } }
        yield* kubectl.api.call({ method: 'PUT', path: info.path(info.name, 'approval'), body })
      }
      yield* kubectl.out(printerFor(kubectl, done).print(object))
    })
    return 0
  },
})

export const certificate: Command = {
  use: 'certificate SUBCOMMAND',
  short: 'Modify certificate resources',
  long: 'Modify certificate resources.',
  group: 'Cluster Management Commands',
  commands: [
    decision('approve', 'Approved', 'KubectlApprove', 'approved'),
    decision('deny', 'Denied', 'KubectlDeny', 'denied'),
  ],
}
