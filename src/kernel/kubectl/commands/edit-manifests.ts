import type { Sys } from '../../host/sys.ts'
import { UserError } from '../../api/user-error.ts'
import { select } from '../builder.ts'
import { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { printerFor } from '../printers/output.ts'
import { asOne, editSession } from './edit-session.ts'
import { fileSelection, validationOf } from './manifest-options.ts'
import { withLastApplied, writeQuery } from './writing.ts'

/** `create --edit`: what the files say, edited before it is sent. */
export function* editManifests(kubectl: Kubectl): Sys<number> {
  const result = yield* select(kubectl, { ...fileSelection(kubectl), continueOnError: true })
  const infos = yield* result.infos()
  if (!infos.length) throw new UserError('edit cancelled, no objects found')
  return yield* editSession(
    kubectl,
    asOne(infos.map(({ object }) => object as KubeLike)),
    function* (edited) {
      const mapper = yield* kubectl.mapper()
      for (const object of edited) {
        const info = new Info(
          kubectl,
          mapper.ofKind(object.apiVersion ?? '', object.kind ?? ''),
          String(object.metadata?.['namespace'] ?? kubectl.namespace),
          '',
        )
        const given = kubectl.flags.bool('save-config') ? withLastApplied(object) : object
        yield* info.create(given, writeQuery(kubectl, 'kubectl-create', validationOf(kubectl)))
        yield* kubectl.out(printerFor(kubectl, 'created').print(info.object as KubeLike))
      }
    },
  )
}
