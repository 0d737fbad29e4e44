import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { printerFor } from '../printers/output.ts'
import { EditResults } from './edit-results.ts'
import { editSession } from './edit-session.ts'
import { fileSelection, validationOf } from './manifest-options.ts'
import { writeQuery } from './writing.ts'

/** `create --edit`: what the files say, each object edited before it is sent. */
export function* editManifests(kubectl: Kubectl): Sys<number> {
  const result = yield* select(kubectl, { ...fileSelection(kubectl), continueOnError: true })
  yield* result.visit(function* ({ object }) {
    const editing = {
      args: [],
      objects: [object as KubeLike],
      *save(infos: readonly Info[]) {
        for (const info of infos) {
          const query = writeQuery(kubectl, 'kubectl-create', validationOf(kubectl))
          yield* info.create(info.object as KubeLike, query)
          yield* kubectl.out(printerFor(kubectl, 'created').print(info.object as KubeLike))
        }
      },
    }
    yield* editSession(kubectl, editing, new EditResults())
  })
  return 0
}
