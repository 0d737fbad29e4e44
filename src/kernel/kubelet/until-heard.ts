import type { Informer } from '../client/informer.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'

/** Wait until an informer knows all there is; throws after `limit`. */
export function* untilHeard(
  informer: Informer,
  limit?: { readonly os: Os; readonly ms: number; readonly what: string },
): Sys<void> {
  if (informer.synced) return
  yield* until<void>('sync', (resume, fail) => {
    let waiting = true
    const settle = (then: () => void) => {
      if (!waiting) return
      waiting = false
      then()
    }
    const tooLate = () =>
      fail(new Error(`failed to sync ${limit?.what} cache: timed out waiting for the condition`))
    const cancel = limit?.os.after(limit.ms, () => settle(tooLate))
    informer.onHeard(() => {
      if (!informer.synced) return
      settle(() => {
        cancel?.()
        resume()
      })
    })
    return () => settle(() => cancel?.())
  })
}
